package spec

import (
	"cmp"
	"errors"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/lostupdate/stress/history"
	"github.com/lostupdate/stress/internal/formula"
	"github.com/lostupdate/stress/service/words"
)

// Meaning is what an answer says of an operation.
type Meaning struct {
	Outcome history.Outcome
	Result  string // the result of an OK one that is not simply done, such as "refused"
	Output  []Mapping
	Text    string // what to say of one that is not OK
}

// Answer is a rule for answers. The first that fits decides.
type Answer struct {
	Meaning

	low, high int // status codes
	when      *formula.Program
	source    string // of when
}

// fits reports whether the rule is for an answer.
func (a *Answer) fits(status int, scope Scope) (bool, error) {
	if status < a.low || status > a.high {
		return false, nil
	}
	if a.when == nil {
		return true, nil
	}
	v, err := a.when.Run(scope)
	if err != nil {
		return false, fmt.Errorf("when %s: %s", a.source, plainError(err))
	}
	return v == true, nil
}

// answerForm is a rule as a file has it.
type answerForm struct {
	outcome, when, text string
	output              map[string]any
}

var statusForm = regexp.MustCompile(`^(?:(\d{3})(?:-(\d{3}))?|([1-5])xx)$`)

// statuses reads "409", "4xx" and "500-503".
func statuses(text string) (low, high int, err error) {
	m := statusForm.FindStringSubmatch(strings.ToLower(strings.TrimSpace(text)))
	switch {
	case m == nil:
		return 0, 0, fmt.Errorf("%q is no status: give one such as 409, 4xx or 500-503", text)
	case m[3] != "":
		low, _ = strconv.Atoi(m[3] + "00")
		return low, low + 99, nil
	}
	low, _ = strconv.Atoi(m[1])
	if high = low; m[2] != "" {
		high, _ = strconv.Atoi(m[2])
	}
	if low < 100 || high > 599 || high < low {
		return 0, 0, fmt.Errorf("%q is no status: they are 100 to 599", text)
	}
	return low, high, nil
}

// compileAnswers reads what answers mean: those of fewer status codes come first, then those with a condition, and at last
// that 2xx is OK.
func compileAnswers(o Operation, word words.Operation, scope Scope, fault func(path []string, err error)) []Answer {
	var all []Answer
	for _, status := range slices.Sorted(maps.Keys(o.Answers)) {
		path := []string{"answers", status}
		for _, part := range strings.Split(status, ",") {
			low, high, err := statuses(part)
			if err != nil {
				fault(path, err)
				break
			}
			forms := answerForms(o.Answers[status])
			if len(forms) == 0 {
				fault(path, errors.New("the list says nothing of such an answer"))
			}
			for _, form := range forms {
				a, err := compileAnswer(form, o, word, scope)
				if err != nil {
					fault(path, err)
					continue
				}
				a.low, a.high = low, high
				if slices.ContainsFunc(all, a.hidden) {
					fault(path, fmt.Errorf("the rule %s for %s never decides, since one before it takes all such answers; leave it out, "+
						"or let the other have a when", a.word(), strings.TrimSpace(part)))
				}
				all = append(all, a)
			}
		}
	}
	slices.SortStableFunc(all, func(a, b Answer) int {
		return cmp.Or(cmp.Compare(a.high-a.low, b.high-b.low), -cmp.Compare(given(a.source), given(b.source)))
	})
	output, err := compileMappings(o.Output, word, "", scope)
	if err != nil {
		fault([]string{"output"}, err)
	}
	return append(all, Answer{Meaning: Meaning{Outcome: history.OK, Output: output}, low: 200, high: 299})
}

// hidden reports whether another rule, without a condition, is for the very same answers, and decides them all: of two
// without a condition the first does.
func (a *Answer) hidden(by Answer) bool {
	return by.low == a.low && by.high == a.high && by.source == "" && a.source == ""
}

// word is the outcome as a file has it.
func (a *Answer) word() string {
	if a.Result != "" {
		return a.Result
	}
	return a.Outcome.String()
}

func given(text string) int { return min(len(text), 1) }

// answerForms reads one rule or several.
func answerForms(v any) []any {
	if list, ok := v.([]any); ok {
		return list
	}
	return []any{v}
}

func compileAnswer(v any, o Operation, word words.Operation, scope Scope) (Answer, error) {
	form, err := readAnswer(v)
	if err != nil {
		return Answer{}, err
	}
	a := Answer{Meaning: Meaning{Text: form.text}, source: form.when}
	if form.when != "" {
		if a.when, err = condition(form.when, scope); err != nil {
			return a, expressionError("when "+form.when, err, scope)
		}
	}
	switch outcome := form.outcome; {
	case outcome == "ok":
		a.Outcome = history.OK
	case outcome == "failed":
		a.Outcome = history.Failed
	case outcome == "unknown":
		a.Outcome = history.Unknown
	case word.Results[outcome] != nil:
		a.Outcome, a.Result = history.OK, outcome
	default:
		return a, fmt.Errorf("an answer to %s is no %q; %s", word.Name, outcome, nearestHint(outcome, outcomes(word)))
	}
	if err := form.fits(a.Outcome); err != nil {
		return a, err
	}
	if form.output == nil && a.Outcome == history.OK && a.Result == "" {
		form.output = o.Output
	}
	a.Output, err = compileMappings(form.output, word, a.Result, scope)
	return a, err
}

// fits refuses what is not looked at of an outcome.
func (f *answerForm) fits(outcome history.Outcome) error {
	switch {
	case outcome != history.OK && f.output != nil:
		return fmt.Errorf("an answer that is %s has no output", f.outcome)
	case outcome == history.OK && f.text != "":
		return fmt.Errorf("text is not shown of an answer that is %s; leave it out", f.outcome)
	}
	return nil
}

// outcomes are what an answer to an operation may be.
func outcomes(word words.Operation) []string {
	return append([]string{"ok", "failed", "unknown"}, slices.Sorted(maps.Keys(word.Results))...)
}

func readAnswer(v any) (form answerForm, err error) {
	switch v := v.(type) {
	case string:
		return answerForm{outcome: v}, nil
	case map[string]any:
		form.outcome = "ok"
		for _, name := range slices.Sorted(maps.Keys(v)) {
			if err := form.set(name, v[name]); err != nil {
				return form, err
			}
		}
		return form, nil
	}
	return form, fmt.Errorf("an answer is a word such as refused, or has outcome, when, output and text; not %s", shown(v))
}

func (f *answerForm) set(name string, value any) error {
	text, isText := value.(string)
	switch {
	case name == "output":
		m, ok := value.(map[string]any)
		if f.output = m; !ok {
			return fmt.Errorf("output is a mapping such as {balance: $.balance}, not %s", shown(value))
		}
		return nil
	case !slices.Contains([]string{"outcome", "when", "text"}, name):
		return fmt.Errorf("an answer has no %q; %s", name, nearestHint(name, []string{"outcome", "when", "output", "text"}))
	case !isText:
		return fmt.Errorf("%s must be a text, not %s", name, shown(value))
	}
	switch name {
	case "outcome":
		f.outcome = text
	case "when":
		f.when = text
	default:
		f.text = text
	}
	return nil
}
