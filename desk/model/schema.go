package model

import _ "embed"

//go:embed schema.json
var schema []byte

// Schema returns the JSON Schema of the text of a service model. Parse also checks what a
// schema cannot say, such as references between parts.
func Schema() []byte { return schema }
