package redissteps

import (
	"fmt"
	"strings"

	"github.com/redis/go-redis/v9"

	"github.com/lostupdate/stress/steps/internal/label"
)

// nameOf is a command with its first key.
func nameOf(c redis.Cmder) string {
	if key, ok := keyOf(c); ok {
		return label.Words(c.Name() + " " + key)
	}
	return label.Words(c.Name())
}

// nameOfAll has no keys: they would leave no room for the commands.
func nameOfAll(all []redis.Cmder) string {
	var b strings.Builder
	for i, c := range all {
		if b.Len() > 2*label.Limit {
			break // the rest is cut off anyhow
		}
		if i > 0 {
			b.WriteString(", ")
		}
		b.WriteString(c.Name())
	}
	return label.Words("pipeline: " + b.String())
}

// keyOf finds a command's first key, if it is sure to be one. Of a command that is not known the first argument may be
// anything, even a password.
func keyOf(c redis.Cmder) (string, bool) {
	args, at := c.Args(), 0
	switch name := c.Name(); {
	case firstIsKey(name):
		at = 1
	case secondIsKey(name):
		at = 2
	case runsScript(name) && len(args) > 2 && fmt.Sprint(args[2]) != "0":
		at = 3
	}
	if at == 0 || at >= len(args) {
		return "", false
	}
	return textOf(args[at])
}

// textOf leaves out what it can't be sure that Redis is sent like this.
func textOf(arg any) (string, bool) {
	switch arg := arg.(type) {
	case string:
		return arg, true
	case []byte:
		return string(arg), true
	case int, int64:
		return fmt.Sprint(arg), true
	}
	return "", false
}
