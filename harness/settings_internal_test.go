package harness

import (
	"flag"
	"io"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// set applies what is said outside to a run's configuration.
func set(t *testing.T, environ []string, args ...string) (*config, error) {
	t.Helper()
	flags := flag.NewFlagSet("test", flag.ContinueOnError)
	flags.SetOutput(io.Discard)
	said := declare(flags)
	if err := flags.Parse(args); err != nil {
		return nil, err
	}
	opts, _, err := outside(environ, said)
	if err != nil {
		return nil, err
	}
	return newConfig(append([]Option{func(c *config) { c.testing = true }}, opts...))
}

func TestEverySettingHasAFlagAndAVariable(t *testing.T) {
	for name, c := range map[string]struct {
		value string
		get   func(*config) any
		want  any
	}{
		"clients":         {"3", func(c *config) any { return c.clients }, 3},
		"ops":             {"44", func(c *config) any { return c.ops }, 44},
		"warmup":          {"5", func(c *config) any { return c.warmup }, 5},
		"duration":        {"2s", func(c *config) any { return c.duration }, 2 * time.Second},
		"rate":            {"1.5", func(c *config) any { return c.rate }, 1.5},
		"seed":            {"18446744073709551615", func(c *config) any { return c.seed }, uint64(1<<64 - 1)},
		"timeout":         {"3s", func(c *config) any { return c.timeout }, 3 * time.Second},
		"connect-timeout": {"4s", func(c *config) any { return c.connectTimeout }, 4 * time.Second},
		"check-timeout":   {"5s", func(c *config) any { return c.checkTimeout }, 5 * time.Second},
		"schedule":        {"lockstep", func(c *config) any { return c.schedule }, inLockstep},
		"history":         {"kept", func(c *config) any { return c.histories }, "kept"},
		"allow-vacuous":   {"true", func(c *config) any { return c.allowVacuous }, true},
		"until-violation": {"true", func(c *config) any { return c.untilViolation }, true},
		"allow-leaks":     {"true", func(c *config) any { return c.allowLeaks }, true},
		"shrink":          {"6s", func(c *config) any { return c.shrink }, 6 * time.Second},
		"tries":           {"2/7", func(c *config) any { return [2]int{c.need, c.tries} }, [2]int{2, 7}},
		"cases":           {"kept", func(c *config) any { return c.cases }, "kept"},
	} {
		byFlag, err := set(t, nil, "-stress."+name+"="+c.value)
		require.NoError(t, err, name)
		require.Equal(t, c.want, c.get(byFlag), name)
		variable := "STRESS_" + strings.ToUpper(strings.ReplaceAll(name, "-", "_"))
		byVariable, err := set(t, []string{"HOME=/", variable + "=" + c.value})
		require.NoError(t, err, name)
		require.Equal(t, c.want, c.get(byVariable), name)
		unset, err := set(t, []string{variable + "="})
		require.NoError(t, err)
		require.False(t, reflect.DeepEqual(c.want, c.get(unset)), "%s: the test must not ask for the default", name)
	}
}

func TestAFlagComesBeforeAVariable(t *testing.T) {
	c, err := set(t, []string{"STRESS_CLIENTS=3"}, "-stress.clients=4")
	require.NoError(t, err)
	require.Equal(t, 4, c.clients)
}

func TestSettingsThatAreWrong(t *testing.T) {
	for _, c := range []struct {
		variable, flag, want string
	}{
		{"STRESS_CLINTS=3", "", "there is no variable STRESS_CLINTS: did you mean STRESS_CLIENTS?"},
		{"STRESS_ZZZZZZZZZ=3", "", "there is no variable STRESS_ZZZZZZZZZ: there are STRESS_CLIENTS, "},
		{"STRESS_CLIENTS=many", "", `STRESS_CLIENTS="many" is not a whole number`},
		{"STRESS_DURATION=3", "", `STRESS_DURATION="3" is not a time such as "30s"`},
		{"STRESS_RATE=fast", "", `STRESS_RATE="fast" is not a number`},
		{"STRESS_SCHEDULE=chaos", "", `STRESS_SCHEDULE="chaos" is not perturb, lockstep or free`},
		{"STRESS_TRIES=3", "", `STRESS_TRIES="3" is not K/N, such as "3/10"`},
		{"STRESS_TRIES=4/3", "", "tries must be K of N with 1 ≤ K ≤ N, not 4 of 3"},
		{"STRESS_ALLOW_LEAKS=maybe", "", `STRESS_ALLOW_LEAKS="maybe" is not true or false`},
		{"STRESS_CLIENTS=0", "", "clients must be 1 to 100000, not 0"},
		{"STRESS_SHRINK=-1s", "", "shrink must not be negative: -1s"},
		{"", "-stress.clints=3", "flag provided but not defined: -stress.clints"},
		{"", "-stress.clients=many", `invalid value "many" for flag -stress.clients: not a whole number`},
	} {
		var environ, args []string
		if c.variable != "" {
			environ = []string{c.variable}
		}
		if c.flag != "" {
			args = []string{c.flag}
		}
		_, err := set(t, environ, args...)
		require.ErrorContains(t, err, c.want)
	}
	_, err := set(t, []string{"STRESS_POSTGRES_DSN=postgres://", "STRESS_REQUIRE=1", "STRESS_TESTDATA=/x"})
	require.NoError(t, err, "these are for others")
}
