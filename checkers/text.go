package checkers

import "strings"

// Text gives the verdict in a few plain lines: the status, then a line an anomaly, then what repairs it.
func (v Verdict) Text() string {
	var b strings.Builder
	b.WriteString(strings.ToUpper(v.Status.String()))
	if v.Reason != "" {
		b.WriteString(": " + v.Reason)
	}
	b.WriteByte('\n')
	for _, a := range v.Anomalies {
		b.WriteString(a.Text() + "\n")
	}
	return b.String()
}

// Text gives the anomaly in one line: its name, the explanation with a full stop, which requests led to it, and which
// strategies don't show it.
func (a Anomaly) Text() string {
	text := a.Name + ": " + strings.TrimSuffix(a.Message, ".") + "."
	if len(a.Through) > 0 {
		text += " Through " + strings.Join(a.Through, " and ") + "."
	}
	if len(a.Repair) > 0 {
		verb := "shown"
		if a.Name == LostUpdate {
			verb = "lost"
		}
		text += " Not " + verb + " by: " + strings.Join(a.Repair, ", ") + "."
	}
	return text
}
