// Package schema holds what is written to the schemas that are published under docs. Only tests use it.
package schema

import (
	"bytes"
	"os"

	"github.com/santhosh-tekuri/jsonschema/v6"
)

// Schema is a published schema.
type Schema struct{ compiled *jsonschema.Schema }

// Open reads and compiles the schema in a file. Formats such as that of a date are held, too.
func Open(path string) (*Schema, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
	if err != nil {
		return nil, err
	}
	c := jsonschema.NewCompiler()
	c.DefaultDraft(jsonschema.Draft2020)
	c.AssertFormat()
	if err := c.AddResource("schema.json", doc); err != nil {
		return nil, err
	}
	compiled, err := c.Compile("schema.json")
	if err != nil {
		return nil, err
	}
	return &Schema{compiled}, nil
}

// Check says what in a document the schema does not allow.
func (s *Schema) Check(document []byte) error {
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(document))
	if err != nil {
		return err
	}
	return s.compiled.Validate(doc)
}
