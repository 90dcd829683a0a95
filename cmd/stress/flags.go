package main

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/pflag"

	"github.com/lostupdate/stress/history"
)

// drawSeed gives a seed that is short enough to be typed.
func drawSeed() uint64 { return uint64(rand.Uint32()) }

// parseRate reads operations a second: "500", or "50/100ms".
func parseRate(text string) (float64, error) {
	count, per, split := strings.Cut(text, "/")
	n, err := strconv.ParseFloat(count, 64)
	if err != nil || !(n >= 0 && n <= 1e9) { // not a number is neither
		return 0, usagef("--rate %q: give operations a second such as 500, or a rate such as 50/100ms", text)
	}
	if !split {
		return n, nil
	}
	if per != "" && (per[0] < '0' || per[0] > '9') { // 50/s is 50/1s
		per = "1" + per
	}
	d, err := time.ParseDuration(per)
	if err != nil || d <= 0 {
		return 0, usagef("--rate %q: after the slash comes a duration, such as 50/100ms", text)
	}
	return n / d.Seconds(), nil
}

var (
	// As in user:password@tcp(host)/db.
	driverPassword = regexp.MustCompile(`^([^:@/]*):(.*)@`)
	// As in password=secret, or 'se cret'.
	keywordPassword = regexp.MustCompile(`(?i)(\w*(?:password|passwd|pwd|pass)\w*)\s*=\s*('(?:[^'\\]|\\.)*'|[^\s&;]*)`)
)

// mask takes the passwords out of a DSN, in each of the forms in which drivers take them; of several, with spaces between, out
// of each.
func mask(dsn string) string {
	if i := strings.LastIndexByte(dsn, ' '); i >= 0 && strings.Contains(dsn[i:], "://") {
		return mask(dsn[:i]) + " " + mask(dsn[i+1:])
	}
	if u, err := url.Parse(dsn); err == nil && u.Scheme != "" && u.Host != "" {
		if _, has := u.User.Password(); has {
			u.User = url.UserPassword(u.User.Username(), "xxxxx")
		}
		return keywordPassword.ReplaceAllString(u.String(), "$1=xxxxx")
	}
	if strings.Contains(dsn, "://") { // a URL that does not parse may hold anything anywhere
		return "xxxxx"
	}
	dsn = driverPassword.ReplaceAllString(dsn, "$1:xxxxx@")
	return keywordPassword.ReplaceAllString(dsn, "$1=xxxxx")
}

// maskedArgs are the flags that were given, for the history's head.
func maskedArgs(s *pflag.FlagSet) map[string]string {
	args := map[string]string{}
	s.Visit(func(f *pflag.Flag) {
		args[f.Name] = f.Value.String()
		switch f.Name {
		case "dsn":
			args[f.Name] = mask(f.Value.String())
		case "otlp":
			args[f.Name] = hostOf(f.Value.String())
		case "start": // a command may hold a password
			args[f.Name] = hidden
		}
	})
	return args
}

// hostOf leaves the path out of a collector's address, since some collectors have keys in theirs.
func hostOf(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return hidden
	}
	host := (&url.URL{Scheme: u.Scheme, Host: u.Host}).String()
	if strings.Trim(u.Path, "/") != "" {
		host += "/" + hidden
	}
	return host
}

// hidden stands for what is not written down.
const hidden = "…"

// reproduction is the command that makes the same operations again. It leaves out what changes no operation, and the
// DSN, which may hold a password.
func reproduction(s *pflag.FlagSet, seed uint64) string {
	parts := []string{"stress", "run"}
	for _, name := range []string{"target", "workload", "strategy"} {
		parts = append(parts, fmt.Sprintf("--%s %s", name, s.Lookup(name).Value))
	}
	s.Visit(func(f *pflag.Flag) {
		switch f.Name {
		case "target", "workload", "strategy", "out", "json", "quiet", "compress", "dsn", "seed", "report", "fail-if", "expect",
			"metrics", "otlp":
		case "start": // it may hold a password
			parts = append(parts, "--start "+hidden)
		case "until-violation":
			parts = append(parts, "--"+f.Name)
		default:
			parts = append(parts, "--"+f.Name+" "+word(f.Value.String()))
		}
	})
	if f := s.Lookup("dsn"); f != nil && f.Changed {
		parts = append(parts, "--dsn …")
	}
	return strings.Join(append(parts, fmt.Sprintf("--seed %d", seed)), " ")
}

// word quotes a value for a shell, if it needs that.
func word(value string) string {
	if plainWord.MatchString(value) {
		return value
	}
	return "'" + strings.ReplaceAll(value, "'", `'\''`) + "'"
}

var plainWord = regexp.MustCompile(`^[\w@%+=:,./…-]+$`)

// recorded gives the command that makes a recorded run again, or nothing for a history of another origin.
func recorded(i history.Info) string {
	if i.Strategy == "" || !strings.HasPrefix(i.Tool, "stress ") {
		return ""
	}
	parts := []string{"stress run", "--target " + i.Target, "--workload " + i.Workload, "--strategy " + i.Strategy}
	for _, name := range slices.Sorted(maps.Keys(i.Args)) {
		switch name {
		case "target", "workload", "strategy", "out", "json", "quiet", "compress", "seed", "report", "fail-if", "expect",
			"metrics", "otlp":
		case "until-violation":
			parts = append(parts, "--"+name)
		case "dsn":
			parts = append(parts, "--dsn …")
		default:
			parts = append(parts, "--"+name+" "+word(i.Args[name]))
		}
	}
	return strings.Join(append(parts, fmt.Sprintf("--seed %d", i.Seed)), " ")
}
