package spec

import (
	"cmp"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/goccy/go-yaml/ast"

	"github.com/lostupdate/stress/internal/formula"
	"github.com/lostupdate/stress/service/words"
)

// Service is a file that was read, compiled.
type Service struct {
	File
	Path, Dir string // of the file, and its folder
	Source    []byte

	Longest    time.Duration            // how long an operation may take; 0: as usual
	Patience   time.Duration            // how long it may take to be well; 0: as usual
	Delays     map[string]time.Duration // of dependencies, by variable
	env        []field
	root       ast.Node
	Draws      map[string][]Draw // of operations of the file's own data type
	named      []string          // variables of the environment that expressions name
	port       bool              // an expression names the port
	sources    []string          // all expressions
	derived    []derived         // what requests make of the environment
	Words      words.Workload
	Address    Text // of the service, which requests are made to
	Common     []field
	Named      []Named
	SetUp      []*Call
	Opened     []*Call
	TornDown   []*Call
	Calls      map[string]*Call // by operation
	HealthCall *Call            // nil: the service is well as soon as it takes a connection
}

// Named is a strategy with its name, in the order of the file.
type Named struct {
	Name string
	Strategy
}

// Call is a request, and what answers to it mean.
type Call struct {
	Each    string // see [Request]
	Method  string
	Target  Text  // path and query
	Body    *Body // nil for none
	Answers []Answer
	headers []field // with those of the service
	Word    words.Operation
	until   *formula.Program // nil: the first answer is taken
	expect  [][2]int         // status codes that are right, of what is no operation
}

// Delayed are the delays of dependencies: those of the file, and others beside or in place of them.
func (s *Service) Delayed(others map[string]time.Duration) map[string]time.Duration {
	all := maps.Clone(others)
	if all == nil {
		all = map[string]time.Duration{}
	}
	for name, d := range s.Delays {
		if _, told := all[name]; !told && d > 0 {
			all[name] = d
		}
	}
	return all
}

// Needed reports whether a strategy can't be run without a variable.
func (s *Service) Needed(variable string) bool {
	return slices.ContainsFunc(s.Named, func(st Named) bool { return slices.Contains(st.Needs, variable) })
}

// OpsOf is how many operations the file says that runs of a strategy have, or 0.
func (s *Service) OpsOf(strategy string) int { return s.Strategies[strategy].Ops }

// AsIs is the name of the strategy of a file that names none.
const AsIs = "as-is"

func compile(s *Service, f *faults) {
	c := &compiler{faults: f, service: s}
	c.head()
	c.numbers()
	if !c.vocabulary() {
		return
	}
	c.parameters()
	c.strategies()
	c.names()
	c.address()
	c.dependencies()
	c.operations()
	c.requests()
	c.rules()
}

type compiler struct {
	*faults
	service *Service
}

func (c *compiler) head() {
	switch stress := c.service.Stress; {
	case stress == "":
		c.add(nil, "let its first line be stress: "+Format, "the file does not say what it is")
	case stress != Format:
		c.add([]string{"stress"}, "this program knows "+Format, "no format %q", stress)
	}
	if c.service.URL == "" {
		c.add(nil, "such as url: http://127.0.0.1:3000", "there is no url")
	}
	if p := c.service.Protocol; p != "" && !slices.Contains(Protocols(), p) {
		c.add([]string{"protocol"}, nearestHint(p, Protocols()), "no protocol %q", p)
	}
	c.service.Patience = c.duration(c.service.ReadyWithin, "ready-within")
	c.service.Longest = c.duration(c.service.Timeout, "timeout")
	c.service.Delays = map[string]time.Duration{}
	for name, d := range c.service.Dependencies {
		c.service.Delays[name] = c.duration(d.Delay, "dependencies", name, "delay")
	}
}

func (c *compiler) duration(text string, path ...string) time.Duration {
	if text == "" {
		return 0
	}
	d, err := time.ParseDuration(text)
	if err != nil || d <= 0 {
		c.add(path, "", "%q is no time such as 3ms or 30s", text)
	}
	return d
}

// Protocols are the values of protocol.
func Protocols() []string { return []string{"http/1.1", "http/2", "h2c"} }

// vocabulary finds the workload's words, and reports whether there are any.
func (c *compiler) vocabulary() bool {
	name := c.service.Workload
	if name == Custom {
		c.service.Words = c.own()
		return true
	}
	w, ok := words.Of(name)
	switch {
	case name == "":
		c.add(nil, nearestHint("", Workloads()), "there is no workload")
	case !ok:
		c.add([]string{"workload"}, nearestHint(name, Workloads()), "a service can't be asked for %q", name)
	}
	c.service.Words = w
	if c.service.Type.Object != "" || c.service.Type.Fresh || c.service.Type.Constants != nil {
		c.add([]string{"type"}, "leave it out, or say workload: "+Custom, "is for the workload %s only", Custom)
	}
	return ok
}

func (c *compiler) strategies() {
	for _, name := range c.listed("strategies", c.service.Strategies) {
		st := c.service.Strategies[name]
		if !nameForm.MatchString(name) {
			c.add([]string{"strategies", name}, "", "a name has small letters, digits and hyphens")
		}
		c.service.Named = append(c.service.Named, Named{name, st})
	}
	if c.service.Named == nil {
		c.service.Named = []Named{{Name: AsIs}}
	}
	for _, st := range c.service.Named {
		for _, name := range st.Without {
			if _, there := c.service.Operations[name]; !there {
				c.add([]string{"strategies", st.Name, "without"}, nearestHint(name, slices.Sorted(maps.Keys(c.service.Operations))),
					"there is no operation %q", name)
			}
		}
		c.left(st)
	}
	for _, st := range c.service.Named[1:] {
		if a, b := slices.Sorted(maps.Keys(st.Set)), slices.Sorted(maps.Keys(c.service.Named[0].Set)); !slices.Equal(a, b) {
			c.add([]string{"strategies", st.Name}, "let all strategies set the same names", "it sets %v, another %v", a, b)
		}
	}
	slices.SortStableFunc(c.service.Named, func(a, b Named) int { return given(b.Shows) - given(a.Shows) })
}

// left refuses a strategy without operations that the workload needs: a run would have nothing to ask for.
func (c *compiler) left(st Named) {
	w := c.service.Words
	path := []string{"strategies", st.Name, "without"}
	has := func(name string) bool {
		return c.service.Operations[name].Request != "" && !slices.Contains(st.Without, name)
	}
	for _, word := range w.Operations {
		if word.Required && slices.Contains(st.Without, word.Name) {
			c.add(path, "", "the workload %s needs %s", w.Name, word.Name)
		}
	}
	if len(w.OneOf) > 0 && len(st.Without) > 0 && !slices.ContainsFunc(w.OneOf, has) {
		c.add(path, "", "the workload %s needs at least one of %s", w.Name, strings.Join(w.OneOf, ", "))
	}
}

var nameForm = regexp.MustCompile(`^[a-z0-9][a-z0-9-]*$`)

// listed gives the names of strategies in the order of the file; those that an alias has brought come last.
func (c *compiler) listed(name string, all map[string]Strategy) []string {
	names := slices.DeleteFunc(order(c.root, name), func(key string) bool { _, there := all[key]; return !there })
	for _, key := range slices.Sorted(maps.Keys(all)) {
		if !slices.Contains(names, key) {
			names = append(names, key)
		}
	}
	return names
}

// order gives the keys of a mapping in the order of the file.
func order(root ast.Node, name string) (keys []string) {
	_, node := child(root, name)
	switch n := bare(node).(type) {
	case *ast.MappingNode:
		for _, pair := range n.Values {
			keys = append(keys, pair.Key.GetToken().Value)
		}
	case *ast.MappingValueNode:
		keys = append(keys, n.Key.GetToken().Value)
	}
	return keys
}

func (c *compiler) address() {
	var err error
	if c.service.Address, err = compileText(c.service.URL, c.common()); err != nil {
		c.add([]string{"url"}, "", "%v", err)
	}
	c.secure()
	if c.service.env, err = compileFields(c.service.Env, c.common()); err != nil {
		c.add([]string{"env"}, "", "%v", err)
	}
	if c.service.Common, err = compileHeaders(c.service.Headers, c.perClient()); err != nil {
		c.add([]string{"headers"}, "", "%v", err)
	} else if err := twice(c.service.Headers); err != nil {
		c.add([]string{"headers"}, "", "%v", err)
	}
	c.derive(c.perClient(), append(textsOf(slices.Concat(c.service.env, c.service.Common)), c.service.Address)...)
}

// common are the values that all templates may name.
func (c *compiler) common() Scope {
	scope := Scope{
		"run": "", "strategy": "", "port": 0, "keys": 0,
	}
	maps.Copy(scope, c.service.Environment())
	for _, name := range c.service.Words.Constants {
		scope[name] = int64(0)
	}
	for name := range c.service.Named[0].Set {
		scope[name] = ""
	}
	return scope
}

// perClient are those of what a client does.
func (c *compiler) perClient() Scope { return c.common().with("client", 0) }

func (s Scope) with(name string, v any) Scope {
	s = maps.Clone(s)
	s[name] = v
	return s
}

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
}

func (c *compiler) operation(name string, o Operation, word words.Operation) *Call {
	path := []string{"operations", name}
	if c.service.Workload != Custom && (o.Weight != 0 || o.ReadOnly || o.Final || o.Whole || o.Draw != nil) {
		c.add(path, "leave weight, read-only, final, whole and draw out", "those are for the workload %s only", Custom)
	}
	scope := c.perClient()
	for _, in := range word.Inputs {
		scope[in.Name] = int64(0)
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
	if !word.ReadOnly {
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
			c.add(append(slices.Clone(path), at...), "", "%v", err)
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
	call.headers = mergeHeaders(defaultHeaders(call.Body), c.service.Common, own)
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
		known := scope
		switch {
		case r.Each != "" && !slices.Contains(each, r.Each):
			c.add(append(path, "each"), nearestHint(r.Each, each), "a request of %s can't be made for each %q", name, r.Each)
		case r.Each != "":
			known = scope.with(r.Each, 0)
		}
		call := c.call(path, r, known)
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
