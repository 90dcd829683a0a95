package spec

import (
	"cmp"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"

	"github.com/lostupdate/stress/history"
	"github.com/lostupdate/stress/service/words"
)

func (c *compiler) operations() {
	w := c.service.Words
	for _, name := range slices.Sorted(maps.Keys(c.service.Operations)) {
		word, ok := w.Operation(name)
		if !ok {
			c.add([]string{"operations", name}, nearestHint(name, w.Names()), "the workload %s has no such operation", w.Name)
			continue
		}
		c.service.Calls[name] = c.operation(name, c.service.Operations[name], word)
	}
	for _, word := range w.Operations {
		if word.Required && c.service.Calls[word.Name] == nil {
			c.add([]string{"operations"}, "it "+word.About, "the workload %s needs %s", w.Name, word.Name)
		}
	}
	if len(w.OneOf) > 0 && !slices.ContainsFunc(w.OneOf, func(name string) bool { return c.service.Calls[name] != nil }) {
		c.add([]string{"operations"}, "", "the workload %s needs at least one of %s", w.Name, strings.Join(w.OneOf, ", "))
	}
	c.tokens()
}

// tokens refuses one that a request names and no answer tells, and one that is told and that no request names.
func (c *compiler) tokens() {
	for _, word := range c.service.Words.Operations {
		for _, out := range word.Outputs {
			if out.Type == words.Token && c.service.Calls[word.Name] != nil {
				c.token(word.Name, out.Name)
			}
		}
	}
}

func (c *compiler) token(teller, name string) {
	told, users := c.service.Operations[teller].tells(name), c.users(name)
	if !told {
		for _, user := range users {
			c.add([]string{"operations", user}, fmt.Sprintf("say under operations.%s.output where that is, or leave it out", teller),
				"${%s} is nothing: no answer to %s tells it", name, teller)
		}
		return
	}
	switch answers := c.service.Calls[teller].Answers; {
	case len(users) == 0:
		c.add([]string{"operations", teller}, "use it there, or leave it out",
			"no request about the %s has ${%s}, which its answer tells", c.service.Words.Object, name)
	case slices.ContainsFunc(answers, func(a Answer) bool { return a.lacks(name) }):
		c.add([]string{"operations", teller, "answers"}, "say under output of each where that is",
			"${%s} would be nothing after some of its answers, and %s goes on with it", name, strings.Join(users, ", "))
	}
	own := piece{source: name, name: name}
	c.service.derived = append(c.service.derived, derived{label: "${" + name + "}", text: Text{[]piece{own}}, token: true})
}

// lacks reports whether an answer that says OK does not tell an output.
func (a Answer) lacks(output string) bool {
	return a.Outcome == history.OK && a.Result == "" &&
		!slices.ContainsFunc(a.Output, func(m Mapping) bool { return m.Name == output })
}

// tells reports whether some answer is to tell an output, be it rightly said where it is or not.
func (o Operation) tells(name string) bool {
	if _, told := o.Output[name]; told {
		return true
	}
	for _, rules := range o.Answers {
		for _, rule := range answerForms(rules) {
			form, _ := rule.(map[string]any)
			output, _ := form["output"].(map[string]any)
			if _, told := output[name]; told {
				return true
			}
		}
	}
	return false
}

// users are the operations whose requests name an input that they have.
func (c *compiler) users(input string) (names []string) {
	for _, word := range c.service.Words.Operations {
		call := c.service.Calls[word.Name]
		if call == nil || !slices.ContainsFunc(word.Inputs, func(in words.Word) bool { return in.Name == input }) {
			continue
		}
		texts := slices.Concat([]Text{call.Target}, textsOf(call.headers), call.Body.texts())
		if slices.ContainsFunc(texts, func(t Text) bool { return slices.Contains(t.names(), input) }) {
			names = append(names, word.Name)
		}
	}
	return names
}

func (c *compiler) operation(name string, o Operation, word words.Operation) *Call {
	path := []string{"operations", name}
	if c.service.Workload != Custom && (o.Weight != 0 || o.ReadOnly || o.Final || o.Whole || o.Draw != nil) {
		c.add(path, "leave weight, read-only, final, whole and draw out", "those are for the workload %s only", Custom)
	}
	scope := c.before(c.perClient(), "", 0)
	for _, in := range word.Inputs {
		if scope[in.Name] = int64(0); in.Type == words.Token {
			scope[in.Name] = nil // a text or a number
		}
	}
	call := c.call(path, Request{Request: o.Request, Headers: o.Headers, Body: o.Body, Form: o.Form}, scope)
	call.Word = word
	c.until(path, call, o, word, answered(scope))
	call.Answers = compileAnswers(o, word, answered(scope), func(at []string, err error) {
		c.add(append(slices.Clone(path), at...), "", "%v", err)
	})
	return call
}

// until compiles the condition of an operation that waits.
func (c *compiler) until(path []string, call *Call, o Operation, word words.Operation, scope Scope) {
	if o.Until == "" {
		return
	}
	at := append(slices.Clone(path), "until")
	if !word.ReadOnly && !word.Again {
		c.add(at, "", "only what reads can be asked again, and %s changes something", word.Name)
	}
	var err error
	if call.until, err = condition(o.Until, scope); err != nil {
		c.add(at, "", "%v", expressionError(o.Until, err, scope))
	}
}

// answered adds what there is when an answer has come.
func answered(scope Scope) Scope {
	return scope.with("status", 0).with("body", any(nil)).with("headers", map[string]string{})
}

// call compiles a request.
func (c *compiler) call(path []string, r Request, scope Scope, name ...string) *Call {
	call := &Call{Each: r.Each}
	fault := func(err error, at ...string) {
		if err != nil {
			c.wrong(append(slices.Clone(path), at...), err)
		}
	}
	name = append(name, "request")[:1]
	method, target, found := strings.Cut(strings.TrimSpace(r.Request), " ")
	target = strings.TrimSpace(target)
	if call.Method = method; !found || !methodForm.MatchString(method) || !strings.HasPrefix(target, "/") {
		fault(fmt.Errorf("%q is no request: give a method and a path, such as GET /wallets/${wallet}", r.Request), name...)
		return call
	}
	var err error
	if call.Target, err = compileText(target, scope); err == nil {
		err = call.Target.address()
	}
	fault(err, name...)
	own, err := compileHeaders(r.Headers, scope)
	fault(cmp.Or(err, twice(r.Headers)), "headers")
	switch {
	case r.Body != nil && r.Form != nil:
		fault(fmt.Errorf("a request has a body or a form"), "form")
	case r.Body != nil:
		call.Body, err = compileBody(r.Body, scope)
		fault(err, "body")
	case r.Form != nil:
		call.Body, err = compileForm(r.Form, scope)
		fault(err, "form")
	}
	call.headers = mergeHeaders(defaultHeaders(call.Body), c.commonTo(scope), own)
	c.derive(scope, slices.Concat([]Text{call.Target}, textsOf(own), call.Body.texts())...)
	return call
}

var methodForm = regexp.MustCompile(`^[A-Z]+$`)

// requests compiles those beside the operations.
func (c *compiler) requests() {
	s := c.service
	s.SetUp = c.list("setup", s.Setup, c.common(), s.Words.Object)
	s.TornDown = c.list("teardown", s.Teardown, c.common(), s.Words.Object)
	s.Opened = c.list("open", s.Open, c.perClient())
	if s.Health != "" {
		s.HealthCall = c.call(nil, Request{Request: s.Health}, c.common(), "health")
	}
}

func (c *compiler) list(name string, all []Request, scope Scope, each ...string) []*Call {
	var calls []*Call
	for i, r := range all {
		path := []string{name, fmt.Sprint(i + 1)}
		known := c.before(scope, name, i+1)
		switch {
		case r.Each != "" && !slices.Contains(each, r.Each):
			c.add(append(path, "each"), nearestHint(r.Each, each), "a request of %s can't be made for each %q", name, r.Each)
		case r.Each != "":
			known = known.with(r.Each, 0)
		}
		call := c.call(path, r, known)
		if name != "teardown" {
			call.Keep = c.keeping(path, r, known)
		}
		codes := r.Expect
		if codes == nil {
			codes = []any{}
		}
		for _, code := range answerForms(codes) {
			low, high, err := statuses(fmt.Sprint(code))
			if err != nil {
				c.add(append(path, "expect"), "", "%v", err)
			} else if low >= 200 && high <= 299 {
				c.add(append(path, "expect"), "leave it out", "2xx is right in any case")
			}
			call.expect = append(call.expect, [2]int{low, high})
		}
		calls = append(calls, call)
	}
	return calls
}
