package highlight

import "strings"

// lexerNames are the lexers by the names that languages have in articles. None of them
// delegates to another, which would tokenise everything before the first token is returned.
var lexerNames = func() map[string]string {
	out := map[string]string{}
	for line := range strings.Lines(languages) {
		names := strings.Fields(line)
		for _, n := range names {
			out[n] = names[0]
		}
	}
	return out
}()

// languages has the lexer's name and other names of a language in each line.
const languages = `apacheconf apache htaccess
awk gawk
bash sh shell zsh ksh
bat batch cmd batchfile dosbatch winbatch
c h
cmake
console shell-session shellsession bash-session terminal sh-session
cpp c++ cxx hpp
csharp c# cs
css
dart
diff patch udiff
docker dockerfile
elixir ex exs
go golang
graphql gql
groovy
haskell hs
hcl terraform tf
html htm xhtml
http
ini cfg conf dosini inf
java
javascript js jsx mjs cjs gjs
json json5 jsonc
julia jl
kotlin kt
lua
make makefile mf
mysql mariadb
nginx
perl pl
php
postgresql postgres plpgsql
powershell posh ps1 pwsh psm1 psd1
properties
protobuf proto
python py python3 py3
r rscript
ruby rb
rust rs
scala
scss sass
sql
swift
systemd
tcl
toml
typescript ts tsx
vb.net vb vbnet vbscript vbs
xml xsd xsl xslt svg plist
yaml yml
`

// Languages returns the names of the languages that are coloured, in order.
func Languages() []string {
	var out []string
	for line := range strings.Lines(languages) {
		out = append(out, strings.Fields(line)[0])
	}
	return out
}
