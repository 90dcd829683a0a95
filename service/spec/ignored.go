package spec

import (
	"cmp"
	"maps"
	"slices"
	"strings"
	"time"
)

// Given is what a command line, or a test in Go, says beside the file.
type Given struct {
	Start     bool                     // how the service is started
	StartFlag string                   // what says that; "--start" if ""
	Running   bool                     // that it runs already: see [Service.At]
	DelayFlag string                   // with Running: what takes a delay of the file's away
	Keys      int                      // how many objects there are; 0: nothing
	Hot       bool                     // hot, in place of the file's
	Skew      bool                     // skew, in place of the file's
	Delays    map[string]time.Duration // of dependencies, by variable
}

// Ignored gives an error for each member of the file that would do nothing in a run, as far as that depends on the command line;
// nil if there is none. All else that would do nothing was found by [Read].
func (s *Service) Ignored(given Given) error {
	c := &compiler{&faults{file: s.Path, root: s.root}, s}
	flag := cmp.Or(given.StartFlag, "--start")
	if delayed := s.Delayed(given.Delays); given.Running {
		c.untold(delayed, "say under listen where the service finds the proxy, or take the delay away with "+given.DelayFlag)
	} else if !given.Start && s.Start == "" {
		c.unstarted(delayed, flag)
	}
	one := cmp.Or(given.Keys, s.Keys) == 1 || given.Keys+s.Keys == 0 && s.Words.Single
	for _, name := range s.crowding() {
		if said := name == "hot" && given.Hot || name == "skew" && given.Skew; one && !said && !s.Words.Ordered {
			c.add([]string{name}, "let keys be 2 or more, or leave it out", "does nothing where there is one object")
		}
	}
	return c.err()
}

// unstarted refuses what is of use only for a service that is started here.
func (c *compiler) unstarted(delayed map[string]time.Duration, flag string) {
	s := c.service
	hint := "say start, or give " + flag + "; else leave it out"
	for _, m := range []struct{ name, value, what string }{
		{"prepare", s.Prepare, "is run before the service is started, and it is not"},
		{"health", s.Health, "is asked while the service starts, and it is not started here"},
		{"ready-within", s.ReadyWithin, "is how long the start may take, and the service is not started here"},
	} {
		if m.value != "" {
			c.add([]string{m.name}, hint, "%s", m.what)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(s.Env)) {
		if delayed[name] == 0 { // else it has the address of what the proxy is before
			c.add([]string{"env", name}, hint, "is told to the service as it is started, and it is not")
		}
	}
	c.untold(delayed, "say start, or give "+flag+"; or say under listen where the service finds the proxy")
}

// untold refuses the file's proxies of which the service would not hear.
func (c *compiler) untold(delayed map[string]time.Duration, hint string) {
	s := c.service
	for _, name := range slices.Sorted(maps.Keys(delayed)) {
		if d, there := s.Dependencies[name]; there && d.Listen == "" && s.Delays[name] > 0 && delayed[name] > 0 {
			c.add([]string{"dependencies", name}, hint, "the service must be started with the address of the proxy in its %s", name)
		}
	}
}

// dependencies refuses those of which nothing is said, and addresses that are said twice.
func (c *compiler) dependencies() {
	for _, name := range slices.Sorted(maps.Keys(c.service.Dependencies)) {
		d := c.service.Dependencies[name]
		if d == (Dependency{}) {
			c.add([]string{"dependencies", name}, "say delay, address or listen, or leave it out", "nothing is said of it")
		}
		if _, there := c.service.Env[name]; there && d.Address != "" {
			c.add([]string{"env", name}, "leave one of them out", "the service is told dependencies.%s.address in its place", name)
		}
	}
}

// secure refuses what does not go with the address, if that tells its scheme.
func (c *compiler) secure() {
	s := c.service
	plain, sealed := strings.HasPrefix(s.URL, "http://"), strings.HasPrefix(s.URL, "https://")
	switch {
	case s.Protocol == "h2c" && sealed:
		c.add([]string{"protocol"}, "say http/2, or an address with http://", "h2c is HTTP/2 without TLS")
	case s.Protocol == "http/2" && plain:
		c.add([]string{"protocol"}, "say h2c, or an address with https://", "http/2 is that with TLS")
	}
	switch t := s.TLS; {
	case plain && t != (TLS{}):
		c.add([]string{"tls"}, "leave it out, or let url begin with https://", "does nothing where the address has http://")
	case (t.Cert == "") != (t.Key == ""):
		c.add([]string{"tls"}, "say both", "cert and key are of use together only")
	case t.CA != "" && t.Insecure:
		c.add([]string{"tls", "ca"}, "leave one of them out", "does nothing beside insecure: true, which trusts anybody")
	}
}
