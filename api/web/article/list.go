package article

import (
	"net/http"

	"github.com/labstack/echo/v4"

	"github.com/deskbook/deskbook/api/route"
	"github.com/deskbook/deskbook/api/web/layout"
	"github.com/deskbook/deskbook/desk/model"
	"github.com/deskbook/deskbook/internal/access"
	"github.com/deskbook/deskbook/kb"
)

const pageSize = 50

// List is a page of articles.
type List struct {
	Articles []kb.Article
	Kind     kb.Kind
	Service  string
	Tag      string
	Kinds    []kb.Kind
	Services []model.SupportedService
	Staff    bool // whether to show states
	CanWrite bool
	Pager    layout.Pager
}

func (p *Pages) index(c echo.Context) error {
	reader := route.Reader(c)
	l := List{
		Kind: kb.Kind(c.QueryParam("kind")), Service: c.QueryParam("service"), Tag: c.QueryParam("tag"),
		Kinds: kb.Kinds(), Services: p.ServiceModel().Services,
		Staff: reader.Staff(), CanWrite: reader.Can(access.WriteArticles),
	}
	page, err := p.Knowledge.Articles(c.Request().Context(), reader, kb.ArticleFilter{
		Kind: l.Kind, Service: l.Service, Tag: l.Tag, After: layout.Cursor(c), Limit: pageSize,
	})
	if err != nil {
		return err
	}
	l.Articles, l.Pager = page.Articles, layout.NewPager(c, page.Next)
	return p.list.Render(c, http.StatusOK, "Articles", l)
}
