package tool

import (
	"regexp"

	"github.com/deskbook/deskbook/kb/dialect"
)

func microsoft() tool {
	return tool{
		name:   dialect.Microsoft,
		config: []string{"docfx.json", ".openpublishing.publish.config.json"},
		signs: func(f file) bool {
			return microsoftFront.MatchString(f.front) || microsoftText.MatchString(f.text)
		},
	}
}

var (
	microsoftFront = regexp.MustCompile(`(?m)^ms\.(?:date|author|topic|service|prod|reviewer|assetid)\s*:`)
	microsoftText  = regexp.MustCompile(`(?i):::image |\[!INCLUDE ?\[|\[!(?:UICONTROL|DNL|BEGINTABS|VIDEO) |\]\(#tab/|` +
		`:::(?:zone|moniker|row)`)
)
