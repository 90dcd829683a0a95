// Package spec reads the file that describes a service: where it is, how it is started, and for each operation of a workload
// the request that makes it and what an answer means. docs/http.md tells what may stand in it, docs/http.schema.json is its
// schema.
package spec

// Format is what a file begins with: "stress: http/1".
const Format = "http/1"

// File is a file as it is written. Texts may hold ${…}; see [Text].
type File struct {
	Stress   string `yaml:"stress"`
	Workload string `yaml:"workload"`

	Keys    int     `yaml:"keys"`
	Initial int64   `yaml:"initial"`
	Limit   int64   `yaml:"limit"`
	Doctors int     `yaml:"doctors"`
	Hot     float64 `yaml:"hot"`
	Skew    float64 `yaml:"skew"`

	Prepare     string            `yaml:"prepare"`
	Start       string            `yaml:"start"`
	Env         map[string]string `yaml:"env"`
	Health      string            `yaml:"health"`
	ReadyWithin string            `yaml:"ready-within"` // a time such as 30s

	Timeout  string            `yaml:"timeout"` // how long an operation may take, such as 10s
	URL      string            `yaml:"url"`
	Protocol string            `yaml:"protocol"`
	Headers  map[string]string `yaml:"headers"`
	Cookies  bool              `yaml:"cookies"`
	TLS      TLS               `yaml:"tls"`

	Dependencies map[string]Dependency `yaml:"dependencies"`
	Strategies   map[string]Strategy   `yaml:"strategies"`

	Setup      []Request            `yaml:"setup"`
	Open       []Request            `yaml:"open"`
	Teardown   []Request            `yaml:"teardown"`
	Operations map[string]Operation `yaml:"operations"`

	Type       Type   `yaml:"type"`
	Invariants []Rule `yaml:"invariants"`
}

// TLS says whom to trust, and who the client is. Files are named from the folder of the description.
type TLS struct {
	CA       string `yaml:"ca"`
	Cert     string `yaml:"cert"`
	Key      string `yaml:"key"`
	Insecure bool   `yaml:"insecure"`
}

// Dependency is a server that the service uses, under the name of the service's variable that has its address: what env says, or
// else the environment.
type Dependency struct {
	Address string `yaml:"address"` // what the variable holds; what the environment has, if ""
	Listen  string `yaml:"listen"`  // where the proxy listens; a free port of the loopback if ""
	Delay   string `yaml:"delay"`   // how long its answers are held on average, such as 3ms
}

// Strategy is one way in which the service makes its updates: another endpoint, or another setting.
type Strategy struct {
	Summary string            `yaml:"summary"`
	Shows   string            `yaml:"shows"`   // the anomaly that it must show, or "" if it is correct
	Needs   []string          `yaml:"needs"`   // variables without which it can't be run
	Without []string          `yaml:"without"` // operations that it does not have
	Ops     int               `yaml:"ops"`     // operations that show the anomaly every time, if more than usual
	Set     map[string]string `yaml:"set"`     // names for templates
}

// Request is a request beside the operations.
type Request struct {
	Each    string            `yaml:"each"` // made for each object or client: the name of its number
	Request string            `yaml:"request"`
	Headers map[string]string `yaml:"headers"`
	Body    any               `yaml:"body"`
	Form    map[string]string `yaml:"form"`
	Expect  any               `yaml:"expect"` // status codes besides 2xx that are right
	Keep    map[string]any    `yaml:"keep"`   // names for values of the answer, and where in it they are
}

// Operation is how an operation is asked for, and what answers mean.
type Operation struct {
	Request string            `yaml:"request"`
	Headers map[string]string `yaml:"headers"`
	Body    any               `yaml:"body"`
	Form    map[string]string `yaml:"form"`
	Output  map[string]any    `yaml:"output"`
	Answers map[string]any    `yaml:"answers"`
	Until   string            `yaml:"until"` // of what only reads: asked again until this holds of the answer

	// These are of a data type of the file's own.
	Weight   int               `yaml:"weight"`
	ReadOnly bool              `yaml:"read-only"`
	Final    bool              `yaml:"final"`
	Whole    bool              `yaml:"whole"`
	Draw     map[string]string `yaml:"draw"` // "1..500": a whole number that is drawn for each operation
}

// Type is a data type of the file's own.
type Type struct {
	Name      string           `yaml:"name"` // the file's, without its ending, if ""
	Object    string           `yaml:"object"`
	Fresh     bool             `yaml:"fresh"`
	Constants map[string]int64 `yaml:"constants"`
}

// Rule is something that must hold; see package workloads/rules.
type Rule struct {
	Name    string `yaml:"name"`
	Anomaly string `yaml:"anomaly"`
	Each    string `yaml:"each"`
	Holds   string `yaml:"holds"`
}
