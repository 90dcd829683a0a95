package daemon

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"os"
	"strings"
	"time"
)

// Config says what is started and how.
type Config struct {
	// Command is run by `sh -c`. It must stay in the foreground: when its main process ends, the service has ended.
	Command string
	// Dir is the folder in which it runs; "" is the present one.
	Dir string
	// Env is added to the environment of this process, as KEY=VALUE; the last of a key counts.
	Env []string
	// Log is the path of the file to which its stdout and stderr are appended, seen from the present folder, not from Dir.
	// It is created for its owner alone, since a server's log may hold secrets, and gets 64 MB at most of each start. With
	// "", only the last lines are kept, in memory, for errors.
	Log string
	// Health is asked until it gives nil, and must return when its context ends, which is after 5 s at most. It is asked once
	// before the start, too: if it gives nil then, another server would be measured, and [Start] fails.
	Health func(ctx context.Context) error
	// Address is what Health asks, as messages name it; a password in it is left out. It may be "".
	Address string
	// Patience is how long it may take until the service is healthy, from when its process runs; 0 is 30 s.
	Patience time.Duration
	// Grace is how long what got SIGTERM may take to end, before it gets SIGKILL; 0 is 5 s.
	Grace time.Duration
	// Pipes is for a service that is talked to by its standard input and output, [Daemon.Stdin] and [Daemon.Stdout]. Only its
	// stderr goes to the log. It has no Health and no Address: who talks to it hears how it is.
	Pipes bool
}

const (
	usualPatience = 30 * time.Second
	usualGrace    = 5 * time.Second
)

// checked gives the configuration with what is usual in place of zeros, or says what is wrong with it.
func (c Config) checked() (Config, error) {
	switch {
	case strings.TrimSpace(c.Command) == "":
		return c, errors.New("the service has no command: say how it is started")
	case c.Pipes && (c.Health != nil || c.Address != ""):
		return c, errors.New("a service with pipes has no health and no address: talk to it by its pipes")
	case !c.Pipes && c.Health == nil:
		return c, errors.New("the service has no health: without it nobody knows when it is ready")
	case c.Patience < 0 || c.Grace < 0:
		return c, fmt.Errorf("the service's patience (%v) and grace (%v) must not be negative", c.Patience, c.Grace)
	}
	for i, variable := range c.Env {
		if key, _, ok := strings.Cut(variable, "="); !ok || key == "" {
			// What it is instead may be a password.
			return c, fmt.Errorf("variable %d of the service's environment is not KEY=VALUE", i+1)
		}
	}
	if err := c.folder(); err != nil {
		return c, err
	}
	if c.Patience == 0 {
		c.Patience = usualPatience
	}
	if c.Grace == 0 {
		c.Grace = usualGrace
	}
	return c, nil
}

// folder says what is wrong with the folder.
func (c Config) folder() error {
	if c.Dir == "" {
		return nil
	}
	info, err := os.Stat(c.Dir)
	if err != nil {
		return fmt.Errorf("the service's folder: %w", err)
	}
	if !info.IsDir() {
		return fmt.Errorf("the service's folder: %s is a file", c.Dir)
	}
	return nil
}

// at names the address in a sentence.
func (c Config) at() string {
	if c.Address == "" {
		return ""
	}
	if u, err := url.Parse(c.Address); err == nil {
		return " at " + u.Redacted()
	}
	return " at its address"
}
