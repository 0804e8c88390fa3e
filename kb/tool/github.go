package tool

import "github.com/deskbook/deskbook/kb/dialect"

func gitHub() tool {
	return tool{name: dialect.GitHub, config: []string{".github"}}
}
