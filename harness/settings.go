package harness

import (
	"errors"
	"flag"
	"fmt"
	"os"
	"runtime/debug"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/agnivade/levenshtein"
)

// How everything about a test can be set from outside: -stress.clients=4, or STRESS_CLIENTS=4.
const (
	flagPrefix     = "stress."
	variablePrefix = "STRESS_"
)

// SeedVariable is the environment variable that sets the seed of [Test].
const SeedVariable = variablePrefix + "SEED"

// setting is one thing about a test that can be set from outside.
type setting struct {
	name, usage string
	option      func(text string) (Option, error)
	yes         bool // the flag alone says true
}

func (s *setting) variable() string {
	return variablePrefix + strings.ToUpper(strings.ReplaceAll(s.name, "-", "_"))
}

// settings lists them: one for each option that can be written down.
func settings() []setting {
	return []setting{
		{"clients", "`number` of clients at once", whole(Clients), false},
		{"ops", "`number` of operations of all clients together", whole(Ops), false},
		{"warmup", "`number` of operations before those that are counted", whole(Warmup), false},
		{"duration", "ends the run after that `time`", span(Duration), false},
		{"rate", "operations a `second` of all clients together; 0: as fast as they are answered", parsed(float, Rate), false},
		{"seed", "`number` that all chance comes from", parsed(unsigned, Seed), false},
		{"timeout", "`time` that an operation may take", span(Timeout), false},
		{"connect-timeout", "`time` that opening a client may take", span(ConnectTimeout), false},
		{"check-timeout", "`time` that the check of the history may take", span(CheckTimeout), false},
		{"schedule", "`who` decides when clients take their steps: perturb, lockstep or free", schedule, false},
		{"history", "`folder` that histories are streamed to, a file a test", parsed(text, histories), false},
		{"allow-vacuous", "pass also a run that contended nothing", boolean(func(c *config) *bool { return &c.allowVacuous }), true},
		{"until-violation", "end the run at the first violation", boolean(func(c *config) *bool { return &c.untilViolation }), true},
		{"allow-leaks", "say nothing of goroutines left behind", boolean(func(c *config) *bool { return &c.allowLeaks }), true},
		{"shrink", "`time` to look for the smallest run that fails; 0: none", span(Shrink), false},
		{"tries", "`K/N`: a smaller run must fail in K of N tries", tries, false},
		{"cases", "`folder` for runs that failed, which are made first next time; off: none", parsed(text, Cases), false},
	}
}

func parsed[T any](parse func(string) (T, error), option func(T) Option) func(string) (Option, error) {
	return func(text string) (Option, error) {
		v, err := parse(text)
		return option(v), err
	}
}

func whole(option func(int) Option) func(string) (Option, error) {
	return parsed(func(text string) (int, error) {
		n, err := strconv.Atoi(text)
		return n, because(err, "a whole number")
	}, option)
}

func span(option func(time.Duration) Option) func(string) (Option, error) {
	return parsed(func(text string) (time.Duration, error) {
		d, err := time.ParseDuration(text)
		return d, because(err, `a time such as "30s"`)
	}, option)
}

func boolean(of func(*config) *bool) func(string) (Option, error) {
	return parsed(func(text string) (bool, error) {
		yes, err := strconv.ParseBool(text)
		return yes, because(err, "true or false")
	}, func(yes bool) Option { return func(c *config) { *of(c) = yes } })
}

func histories(folder string) Option { return func(c *config) { c.histories = folder } }

func float(text string) (float64, error) {
	x, err := strconv.ParseFloat(text, 64)
	return x, because(err, "a number")
}

func unsigned(text string) (uint64, error) {
	n, err := strconv.ParseUint(text, 10, 64)
	return n, because(err, "a seed: give a number from 0 to 18446744073709551615")
}

func text(text string) (string, error) { return text, nil }

func because(err error, want string) error {
	if err == nil {
		return nil
	}
	return errors.New("not " + want)
}

// patience is how long clients in lockstep wait for one that may be waiting for a lock.
const patience = 50 * time.Millisecond

// schedulers are the ones that have a name.
func schedulerOf(name string) (s Scheduler, ok bool) {
	switch name {
	case perturbing:
		return Perturb(), true
	case inLockstep:
		return Lockstep(patience), true
	case free:
		return nil, true
	}
	return nil, false
}

const (
	perturbing = "perturb"
	inLockstep = "lockstep"
	free       = "free"
	theirs     = "the test's own" // one that the test gave
)

func schedule(text string) (Option, error) {
	s, ok := schedulerOf(text)
	if !ok {
		return nil, fmt.Errorf("not %s, %s or %s", perturbing, inLockstep, free)
	}
	return func(c *config) { c.scheduler, c.schedule = s, text }, nil
}

func tries(text string) (Option, error) {
	k, n, ok := strings.Cut(text, "/")
	need, err := strconv.Atoi(k)
	of, err2 := strconv.Atoi(n)
	if !ok || err != nil || err2 != nil {
		return nil, errors.New(`not K/N, such as "3/10"`)
	}
	return Tries(need, of), nil
}

// declare makes a flag of each setting, and gives what they will have said once they are parsed.
func declare(flags *flag.FlagSet) map[string]string {
	said := map[string]string{}
	for _, s := range settings() {
		set := func(text string) error {
			_, err := s.option(text)
			said[s.name] = text
			return err
		}
		define := flags.Func
		if s.yes {
			define = flags.BoolFunc
		}
		define(flagPrefix+s.name, s.usage+" (or "+s.variable()+")", set)
	}
	return said
}

// said is what the flags of a test binary say. Only when packages are initialised is there a moment before they are parsed
// that needs no line in the user's test.
var said = declareInTests() //nolint:gochecknoglobals // see above

// declareInTests leaves a program alone that has code with steps in it, and is no test.
func declareInTests() map[string]string {
	if info, ok := debug.ReadBuildInfo(); !ok || !strings.HasSuffix(info.Path, ".test") {
		return nil
	}
	return declare(flag.CommandLine)
}

// outside gives the options that variables and flags set, flags last, and how they were given, but the seed.
func outside(environ []string, said map[string]string) (opts []Option, given []string, err error) {
	all := settings()
	for _, pair := range environ {
		name, value, _ := strings.Cut(pair, "=")
		if !strings.HasPrefix(name, variablePrefix) || elsewhere(name) {
			continue
		}
		i := slices.IndexFunc(all, func(s setting) bool { return s.variable() == name })
		if i < 0 {
			return nil, nil, fmt.Errorf("%w: there is no variable %s%s", ErrOption, name, nearest(name, all))
		}
		if value == "" {
			continue
		}
		o, err := all[i].option(value)
		if err != nil {
			return nil, nil, fmt.Errorf("%w: %s=%q is %w", ErrOption, name, value, err)
		}
		if opts = append(opts, o); name != SeedVariable {
			given = append(given, "-"+flagPrefix+all[i].name+"="+value)
		}
	}
	for _, s := range all {
		if value, ok := said[s.name]; ok {
			o, err := s.option(value)
			if err != nil {
				return nil, nil, fmt.Errorf("%w: -%s%s=%q is %w", ErrOption, flagPrefix, s.name, value, err)
			}
			if opts = append(opts, o); s.variable() != SeedVariable {
				given = append(given, "-"+flagPrefix+s.name+"="+value)
			}
		}
	}
	return opts, given, nil
}

// elsewhere says of a variable that it is for something else than a test's options: the addresses of servers, and what this
// project's own tests and scripts are told.
func elsewhere(name string) bool {
	return strings.HasSuffix(name, "_DSN") || strings.HasSuffix(name, "_PORT") || slices.Contains([]string{
		"STRESS_REQUIRE", "STRESS_TESTDATA", "STRESS_HISTORIES", "STRESS_SERVERS_STATE", "STRESS_TEST_KILLED_FILE",
	}, name)
}

// nearest suggests the variable that was meant.
func nearest(name string, all []setting) string {
	best, distance := "", 4
	for _, s := range all {
		if d := levenshtein.ComputeDistance(name, s.variable()); d < distance {
			best, distance = s.variable(), d
		}
	}
	if best != "" {
		return ": did you mean " + best + "?"
	}
	names := make([]string, len(all))
	for i := range all {
		names[i] = all[i].variable()
	}
	return ": there are " + strings.Join(names, ", ")
}

// fromOutside gives the options that the environment and the flags of this process set.
func fromOutside() (opts []Option, given []string, err error) { return outside(os.Environ(), said) }
