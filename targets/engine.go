// Package targets is the catalogue: every built-in way of updating, by engine, workload and strategy, with the anomaly
// that it must show or none. The command, the docs and the tests read this one list.
package targets

import (
	"context"
	"fmt"
	"strings"
)

// Engine is a system that strategies run on.
type Engine struct {
	Name     string // as in flags, e.g. "postgres"
	Title    string // as in tables, e.g. "PostgreSQL"
	Embedded bool   // runs without a server when no DSN is given
	Server   bool   // takes a DSN

	strategies

	servers  []string // of an engine that is made of several: the names that its variables have; see Variables
	validate func(dsn string) error
	check    func(ctx context.Context, dsn string) error
}

// Variables are the environment variables that give the engine's DSN, e.g. STRESS_POSTGRES_DSN. An engine that is made of
// several servers has one for each, and its DSN is theirs, in that order, with a space between.
func (e Engine) Variables() []string {
	servers := e.servers
	if len(servers) == 0 {
		servers = []string{e.Name}
	}
	names := make([]string, len(servers))
	for i, server := range servers {
		names[i] = "STRESS_" + strings.ToUpper(server) + "_DSN"
	}
	return names
}

// Variable names the variables in a sentence: "STRESS_POSTGRES_DSN and STRESS_REDIS_DSN".
func (e Engine) Variable() string { return strings.Join(e.Variables(), " and ") }

// DSN makes the engine's DSN of its variables, by a function such as os.Getenv. It is empty unless all are set.
func (e Engine) DSN(getenv func(string) string) string {
	parts := e.Variables()
	for i, name := range parts {
		if parts[i] = getenv(name); parts[i] == "" {
			return ""
		}
	}
	return strings.Join(parts, " ")
}

// Validate says in one line, which never holds a password, what is wrong with a DSN, or that there is none where one is
// needed. It connects to nothing.
func (e Engine) Validate(dsn string) error {
	switch {
	case dsn == "" && e.Embedded:
		return nil
	case dsn == "":
		return e.missing()
	case !e.Server:
		return fmt.Errorf("%s has no server: give it no address", e.Title)
	}
	return e.validate(dsn)
}

func (e Engine) missing() error {
	if len(e.servers) > 1 {
		return fmt.Errorf("%s is %d servers: set %s to their addresses", e.Title, len(e.servers), e.Variable())
	}
	return fmt.Errorf("%s is a server: set %s to its address", e.Title, e.Variable())
}

// Check connects, and says in one line, which never holds a password, why the engine can't be used and what to do. An
// embedded engine can be used without a DSN.
func (e Engine) Check(ctx context.Context, dsn string) error {
	if err := e.Validate(dsn); err != nil || dsn == "" {
		return err
	}
	return e.check(ctx, dsn)
}

// Find gives the engine with the name.
func Find(name string) (Engine, bool) {
	for _, e := range Engines() {
		if e.Name == name {
			return e, true
		}
	}
	return Engine{}, false
}
