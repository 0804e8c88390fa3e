package layout

import (
	"github.com/labstack/echo/v4"

	"github.com/deskbook/deskbook/internal/access"
)

// RoleChoice is a checkbox for a role. The partial template "roles" shows a list of
// them.
type RoleChoice struct {
	Role    access.Role
	Checked bool
}

// RoleChoices returns a checkbox for each role.
func RoleChoices(selected []access.Role) []RoleChoice {
	holder := access.Actor{Roles: selected}
	var out []RoleChoice
	for _, r := range access.Roles() {
		out = append(out, RoleChoice{Role: r, Checked: holder.Has(r)})
	}
	return out
}

// SelectedRoles returns the roles selected in a form.
func SelectedRoles(c echo.Context) []access.Role {
	var roles []access.Role
	for _, name := range Checked(c, "roles") {
		roles = append(roles, access.Role(name))
	}
	return roles
}
