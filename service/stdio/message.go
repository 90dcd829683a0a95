package stdio

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/lostupdate/stress/internal/exact"
)

// field is one value of a message.
type field struct {
	name  string
	value any // a number, a text, a truth value, or lists and maps of them
}

// encode makes a line of a message, with its fields in order.
func encode(kind string, id int64, fields []field) ([]byte, error) {
	var b bytes.Buffer
	for i, f := range append([]field{{"type", kind}, {"msg_id", id}}, fields...) {
		name, err := json.Marshal(f.name)
		if err != nil {
			return nil, err
		}
		value, err := json.Marshal(f.value)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", f.name, err)
		}
		b.WriteByte("{,"[min(i, 1)])
		b.Write(name)
		b.WriteByte(':')
		b.Write(value)
	}
	b.WriteString("}\n")
	return b.Bytes(), nil
}

// answer is a message of the process.
type answer struct {
	kind   string
	to     int64          // the number of the message that it answers
	values map[string]any // all that it has; numbers are int64 where they are whole, else float64
	line   string         // its beginning, for errors
}

// onlyMessages is what to do about a line that is none.
const onlyMessages = "stdout is for messages, one JSON object a line: log to stderr"

// parse reads a line. An error says what is wrong with it, and shows it.
func parse(line []byte) (*answer, error) {
	a := &answer{line: excerpt(line)}
	if len(bytes.TrimSpace(line)) == 0 {
		return nil, fmt.Errorf("wrote an empty line (%s)", onlyMessages)
	}
	if !utf8.Valid(line) {
		return nil, fmt.Errorf("wrote a line that is no UTF-8 (%s): %s", onlyMessages, a.line)
	}
	d := json.NewDecoder(bytes.NewReader(line))
	d.UseNumber()
	if err := d.Decode(&a.values); err != nil || a.values == nil {
		return nil, fmt.Errorf("wrote a line that is no JSON object (%s): %s", onlyMessages, a.line)
	}
	if rest := line[d.InputOffset():]; len(bytes.TrimSpace(rest)) > 0 {
		return nil, fmt.Errorf("wrote more than one JSON object in a line (%s): %s", onlyMessages, a.line)
	}
	for name, v := range a.values {
		a.values[name] = exact.Value(v)
	}
	var ok bool
	if a.kind, ok = a.values["type"].(string); !ok || a.kind == "" {
		return nil, a.wrong(`has no "type" that is a text`)
	}
	if a.to, ok = a.values["in_reply_to"].(int64); !ok {
		return nil, a.wrong(`has no "in_reply_to" that is the msg_id of the message which it answers`)
	}
	return a, nil
}

// wrong makes the error of an answer that the protocol does not have.
func (a *answer) wrong(format string, args ...any) error {
	return fmt.Errorf("wrote a message that %s: %s", fmt.Sprintf(format, args...), a.line)
}

// text gives a value that people are told, or nothing.
func (a *answer) text(name string) string {
	s, _ := a.values[name].(string)
	return excerpt([]byte(s))
}

// mostShown is how much of a line errors show, in bytes.
const mostShown = 200

// excerpt is the beginning of a line, with what would move a terminal's cursor escaped.
func excerpt(line []byte) string {
	var b strings.Builder
	for len(line) > 0 {
		if b.Len() >= mostShown {
			b.WriteString("…")
			break
		}
		r, size := utf8.DecodeRune(line)
		switch {
		case r == utf8.RuneError && size == 1:
			fmt.Fprintf(&b, `\x%02x`, line[0])
		case strconv.IsPrint(r):
			b.WriteRune(r)
		default:
			b.WriteString(strings.Trim(strconv.QuoteRune(r), "'"))
		}
		line = line[size:]
	}
	return b.String()
}
