package dialect

func gitHub() tool {
	return tool{name: GitHub, config: []string{".github"}}
}
