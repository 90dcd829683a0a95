package edn

import (
	"fmt"
	"unicode/utf8"
)

// String prints the value on one line; equal values give equal texts.
func (v Value) String() string { return string(v.Append(nil)) }

// Append prints the value to the end of a text.
func (v Value) Append(to []byte) []byte {
	switch v.Kind {
	case Nil:
		return append(to, "nil"...)
	case String:
		return AppendString(to, v.Text)
	case Char:
		return append(append(to, '\\'), v.Text...)
	case Keyword:
		return append(append(to, ':'), v.Text...)
	case List:
		return v.members(to, "(", ")")
	case Vector:
		return v.members(to, "[", "]")
	case Set:
		return v.members(to, "#{", "}")
	case Map:
		return v.members(to, "{", "}")
	case Tagged:
		return v.Items[0].Append(append(append(append(to, '#'), v.Text...), ' '))
	default:
		return append(to, v.Text...)
	}
}

func (v Value) members(to []byte, open, end string) []byte {
	to = append(to, open...)
	for i, item := range v.Items {
		switch {
		case i == 0:
		case v.Kind == Map && i%2 == 0:
			to = append(to, ", "...)
		default:
			to = append(to, ' ')
		}
		to = item.Append(to)
	}
	return append(to, end...)
}

// AppendString prints a string with its quotes.
func AppendString(to []byte, s string) []byte {
	to = append(to, '"')
	for _, r := range s {
		switch {
		case r == '"' || r == '\\':
			to = append(to, '\\', byte(r))
		case r == '\n':
			to = append(to, `\n`...)
		case r == '\t':
			to = append(to, `\t`...)
		case r == '\r':
			to = append(to, `\r`...)
		case r < ' ' || r == 0x7f:
			to = fmt.Appendf(to, `\u%04x`, r)
		default:
			to = utf8.AppendRune(to, r)
		}
	}
	return append(to, '"')
}
