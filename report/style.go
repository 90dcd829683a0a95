package report

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"github.com/jedib0t/go-pretty/v6/table"
	"github.com/jedib0t/go-pretty/v6/text"

	"github.com/lostupdate/stress/checkers"
)

// Style says how text is dressed. The zero value is plain. These are the rules for every byte that a command prints for
// people; a test in cmd/stress walks through the output of all commands and holds them.
//
// Where it goes. What was asked for goes to standard output: a report, a table, names of files that were written, the address
// of a server. What is told meanwhile goes to standard error: progress, that the run is ending, and errors, each in one line
// that begins with "stress: " and names the flag, file or line that is wrong and what to do. With --json standard output holds
// JSON and nothing else.
//
// Lines. They end with a line feed, the last one too, and with no blank before it. There is no tab, and no control character
// but line feeds and the sequences of colours: any other that comes in a value, an error or a name is shown as its escape,
// such as \x1b, and so are the marks that turn the direction of text. What begins a thing stands at the margin: a verdict, the
// heading of a table. What tells of it stands two columns in, and so do its tables, whose cells have one blank on each side.
// Blocks have one empty line between them, never two.
//
// Width. On a terminal a sentence is wrapped between words to the terminal's width, and goes on below its own beginning.
// Elsewhere, and in report.txt, a sentence is one line, so that it can be searched for. In a table on a terminal the last
// column is wrapped, if it has text in it; numbers never are. Nothing is cut off without saying so.
//
// Colours. They are [checkers.Status] in bold red (invalid), bold yellow (undecided) and bold green (valid); in a matrix red for
// what went wrong and green for what did not; bold for the name of an anomaly and for headings; bold cyan for the values that
// raced, which are what the operations of the first anomaly were answered; faint for what is read last: versions, times, steps,
// the heads and lines of tables. Nothing is told by a colour alone: a word or a sign (✗ ✓ !!) says the same. There are no
// backgrounds, and no more than the eight colours that each terminal has its own shade of.
//
// When there are colours: on a terminal, unless TERM is dumb; elsewhere if FORCE_COLOR (force-color.org) or CLICOLOR_FORCE is
// set, not to 0 or false and not empty, as for the log of a build. NO_COLOR (no-color.org), set and not empty, goes before all.
// Files never have any.
//
// Numbers. Counts have a comma between thousands; shares are whole percents; durations have three digits that count and a unit
// (1.23ms), from a minute on whole seconds (1m40s); instants of an operation are milliseconds since the run's start with three
// decimals (2.789 ms). A comparison has shares with one decimal, and ratios with two (×1.25). A noun has its plural's s, but
// for 1.
//
// Bounds. What is left out is counted in a last line that begins with … and says where the rest is: 10 anomalies, 12 operations
// in columns by client and 12 below, 5 errors, 3 orders of 20 operations.
//
// Sentences. Whole, plain, in the present or past tense, without exclamation marks; one that explains ends with a full stop, a
// line of figures does not.
type Style struct {
	Color bool
	Width int // columns, beyond which sentences are wrapped; 0: each stays in one line
}

// minWidth is how narrow a column of wrapped text may get.
const minWidth = 20

// Wrap breaks a sentence between words so that it fits beside a margin of so many columns, which all lines but the first
// begin with.
func (s Style) Wrap(margin int, sentence string) string {
	if s.Width == 0 {
		return sentence
	}
	return wrap(max(s.Width-margin, minWidth), margin, sentence)
}

func wrap(room, margin int, sentence string) string {
	wrapped := strings.Split(text.WrapSoft(sentence, room), "\n")
	for i := range wrapped {
		wrapped[i] = strings.TrimRight(wrapped[i], " ")
	}
	return strings.Join(wrapped, "\n"+strings.Repeat(" ", margin))
}

func (s Style) paint(c text.Colors, v string) string {
	if !s.Color || v == "" {
		return v
	}
	return c.EscapeSeq() + v + "\x1b[0m"
}

// Status is a status in capitals, red, yellow or green.
func (s Style) Status(v checkers.Status) string {
	c := map[checkers.Status]text.Color{
		checkers.Valid: text.FgGreen, checkers.Undecided: text.FgYellow, checkers.Invalid: text.FgRed,
	}[v]
	return s.paint(text.Colors{text.Bold, c}, strings.ToUpper(v.String()))
}

// Bad is what went wrong, in red.
func (s Style) Bad(v string) string { return s.paint(text.Colors{text.FgRed}, v) }

// Good is what is as it should be, in green.
func (s Style) Good(v string) string { return s.paint(text.Colors{text.FgGreen}, v) }

// Strong is a heading or a name, in bold.
func (s Style) Strong(v string) string { return s.paint(text.Colors{text.Bold}, v) }

// Raced is a value that raced, in bold cyan.
func (s Style) Raced(v string) string { return s.paint(text.Colors{text.Bold, text.FgCyan}, v) }

// Dim is what is read last, faint.
func (s Style) Dim(v string) string { return s.paint(text.Colors{text.Faint}, v) }

// Clean shows control characters, and the marks that turn the direction of text, as their escapes: a value must not move the
// cursor, break the line, or hide what stands beside it.
func Clean(v string) string {
	hidden := func(c rune) bool { return unicode.IsControl(c) || unicode.Is(unicode.Bidi_Control, c) }
	if !strings.ContainsFunc(v, hidden) {
		return v
	}
	var b strings.Builder
	for _, c := range v {
		if hidden(c) {
			b.WriteString(strings.Trim(strconv.QuoteRuneToASCII(c), "'"))
		} else {
			b.WriteRune(c)
		}
	}
	return b.String()
}

// Table draws a table, two columns in, with the columns of numbers to the right. On a terminal the last column is wrapped to
// the width if it is not of numbers.
func (s Style) Table(head []string, numbers []string, rows [][]string) string {
	t := table.NewWriter()
	style := table.StyleLight
	style.Options.DrawBorder = false
	style.Options.SeparateColumns = false
	style.Format.Header = text.FormatDefault
	if s.Color {
		style.Color.Header, style.Color.Separator = text.Colors{text.Faint}, text.Colors{text.Faint}
	}
	t.SetStyle(style)
	var columns []table.ColumnConfig
	for i, name := range head {
		c := table.ColumnConfig{Number: i + 1}
		if slices.Contains(numbers, name) {
			c.Align, c.AlignHeader = text.AlignRight, text.AlignRight
		} else if s.Width > 0 && i == len(head)-1 {
			c.WidthMax = max(minWidth, s.Width-2-taken(head, rows))
			c.WidthMaxEnforcer = text.WrapSoft
		}
		columns = append(columns, c)
	}
	t.SetColumnConfigs(columns)
	t.AppendHeader(row(head))
	for _, r := range rows {
		t.AppendRow(row(r))
	}
	return indent(t.Render())
}

// taken is how wide all columns but the last are, with the blanks around all.
func taken(head []string, rows [][]string) int {
	sum := 2 * len(head)
	for i := range head[:len(head)-1] {
		widest := text.StringWidthWithoutEscSequences(head[i])
		for _, r := range rows {
			widest = max(widest, text.LongestLineLen(r[i]))
		}
		sum += widest
	}
	return sum
}

func row(cells []string) table.Row {
	out := make(table.Row, len(cells))
	for i, c := range cells {
		out[i] = c
	}
	return out
}

// indent sets lines in, without the blanks that a table leaves at their ends.
func indent(s string) string {
	blanks := regexp.MustCompile(` +((?:\x1b\[[0-9;]*m)*)$`)
	var b strings.Builder
	for line := range strings.SplitSeq(s, "\n") {
		line = "  " + line
		for blanks.MatchString(line) {
			line = blanks.ReplaceAllString(line, "$1")
		}
		b.WriteString(line + "\n")
	}
	return b.String()
}
