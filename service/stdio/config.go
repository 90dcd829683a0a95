// Package stdio is the target that is a user's own process, which is asked by messages: one JSON object a line, on its standard
// input, which it answers on its standard output. docs/process.md tells the protocol.
//
// Messages carry numbers, so that many operations are under way in one process at once, and answers come in any order. What
// the process says that the protocol does not have ends the run, with an error that shows it: a line that was meant for a log
// would otherwise be lost, or taken for an answer.
package stdio

import (
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/lostupdate/stress/service/daemon"
)

// Config says how a process is started.
type Config struct {
	// Command is run by `sh -c`, and must stay in the foreground.
	Command string
	// Dir is the folder in which it runs; "" is the present one.
	Dir string
	// Env is added to the environment of this process, as KEY=VALUE.
	Env []string
	// Log is the path of the file to which stderr is appended. With "", only its last lines are kept, for errors.
	Log string
	// Processes is how many are started, 1 to 100, to test what shares a store; 0 is 1. Client c talks to process c modulo
	// Processes.
	Processes int
	// Patience is how long an answer to hello, init or close may take; 0 is 30 s.
	Patience time.Duration
	// Grace is how long a process may take to end by itself once its input is closed, and again once it got SIGTERM; 0 is 5 s.
	Grace time.Duration
}

// MostProcesses is the most that are started.
const MostProcesses = 100

const (
	usualPatience = 30 * time.Second
	usualGrace    = 5 * time.Second
)

// checked gives the configuration with what is usual in place of zeros, or says what is wrong with it.
func (c Config) checked() (Config, error) {
	switch {
	case strings.TrimSpace(c.Command) == "":
		return c, errors.New("the process has no command: say how it is started")
	case c.Processes < 0 || c.Processes > MostProcesses:
		return c, fmt.Errorf("processes must be 1 to %d, not %d", MostProcesses, c.Processes)
	case c.Patience < 0 || c.Grace < 0:
		return c, fmt.Errorf("the process's patience (%v) and grace (%v) must not be negative", c.Patience, c.Grace)
	}
	if c.Processes == 0 {
		c.Processes = 1
	}
	if c.Patience == 0 {
		c.Patience = usualPatience
	}
	if c.Grace == 0 {
		c.Grace = usualGrace
	}
	return c, nil
}

// daemon is how one process is started.
func (c Config) daemon() daemon.Config {
	return daemon.Config{Command: c.Command, Dir: c.Dir, Env: c.Env, Log: c.Log, Grace: c.Grace, Pipes: true}
}

// name is what errors call a process.
func (c Config) name(number int) string {
	if c.Processes == 1 {
		return "the process"
	}
	return fmt.Sprintf("process %d", number)
}
