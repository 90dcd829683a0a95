package spec

import (
	"fmt"
	"regexp"
	"strings"
)

// wrongType and wrongNode are what the YAML library says of a value that does not fit.
var (
	wrongType = regexp.MustCompile(`^cannot unmarshal (.+) into Go (?:struct field \S+\.(\S+)|value) of type (\S+)`)
	wrongNode = regexp.MustCompile(`^(\S+) was used where (\S+) is expected$`)
)

// typed tells what the library says in the words of the file.
func typed(text string) string {
	if m := wrongNode.FindStringSubmatch(text); m != nil {
		return fmt.Sprintf("this must be %s, not %s", kind(m[2]), kind(m[1]))
	}
	m := wrongType.FindStringSubmatch(text)
	if m == nil {
		return text
	}
	name := strings.ToLower(m[2])
	if name == "" {
		name = "this"
	}
	return fmt.Sprintf("%s must be %s, not %s", name, kind(m[3]), kind(m[1]))
}

// kind gives the word for a type, or a value as it is.
func kind(name string) string {
	word := map[string]string{
		"int": "a whole number", "int64": "a whole number", "uint64": "a whole number", "float64": "a number", "bool": "true or false",
		"string": "a text", "[]interface {}": "a list", "map[string]interface {}": "a mapping",
		"sequence": "a list", "mapping": "a mapping", "float": "a number", "null": "nothing",
	}[name]
	if word != "" {
		return word
	}
	if strings.HasPrefix(name, "spec.") || strings.HasPrefix(name, "map[") {
		return "a mapping"
	}
	return name
}

// shown is a value as an error shows it.
func shown(v any) string {
	switch v.(type) {
	case nil:
		return "nothing"
	case map[string]any:
		return "a mapping"
	case []any:
		return "a list"
	}
	return fmt.Sprint(v)
}
