package spec

import (
	"maps"
	"os"
	"slices"
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
	derived    []derived         // what requests make of the environment, and of what was kept
	kept       []kept            // what setup and open keep, in order
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
	Keep    []Keep           // what is taken from the answer, of what is no operation
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

// Located reports whether it is known where a dependency is, by the service's variable that has its address.
func (s *Service) Located(variable string) bool {
	return os.Getenv(variable) != "" || s.Env[variable] != "" || s.Dependencies[variable].Address != ""
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
	c.keeps()
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

func (c *compiler) address() {
	var err error
	if c.service.Address, err = compileText(c.service.URL, c.common()); err != nil {
		c.wrong([]string{"url"}, err)
	}
	c.secure()
	if c.service.env, err = compileFields(c.service.Env, c.common()); err != nil {
		c.wrong([]string{"env"}, err)
	}
	all := c.before(c.perClient(), "", 0)
	if c.service.Common, err = compileHeaders(c.service.Headers, all); err != nil {
		c.add([]string{"headers"}, "", "%v", err)
	} else if err := twice(c.service.Headers); err != nil {
		c.add([]string{"headers"}, "", "%v", err)
	}
	c.derive(all, append(textsOf(slices.Concat(c.service.env, c.service.Common)), c.service.Address)...)
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
