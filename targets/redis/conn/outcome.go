package conn

import (
	"errors"
	"slices"
	"strings"

	"github.com/redis/go-redis/v9"
)

// refusals are the codes with which a server says that it did not carry a command out. A reply that has none of them
// may come from a proxy, which can also mean that it lost the server after it had passed the command on.
var refusals = [...]string{
	"ASK", "BUSY", "BUSYKEY", "CLUSTERDOWN", "CROSSSLOT", "DENIED", "EXECABORT", "LOADING", "MASTERDOWN", "MISCONF",
	"MOVED", "NOAUTH", "NOPERM", "NOPROTO", "NOREPLICAS", "NOSCRIPT", "OOM", "READONLY", "TRYAGAIN", "WRONGPASS",
	"WRONGTYPE", noCell,
}

// errRefusals are how a refusal goes on that has only the code ERR. That is also what some proxies begin with to say
// that a connection was lost, so that the code alone proves nothing.
var errRefusals = [...]string{
	"DB index", "Error compiling script", "Error running script", "increment or decrement would overflow",
	"invalid expire", "max number of clients", "operation not permitted", "syntax error", "unknown command",
	"unknown subcommand", "user_script", "value is not an integer", "wrong number of arguments",
}

// noCell is the code with which a script that begins with [NeedKeys] says that a key is not there.
const noCell = "NOCELL"

// IsReply reports whether err is what the server answered, so that the connection is whole.
func IsReply(err error) bool {
	var reply redis.Error
	return errors.As(err, &reply)
}

// refused reports whether err is a server's reply which proves that it did not carry out the command.
func refused(err error) bool {
	var reply redis.Error
	if !errors.As(err, &reply) {
		return false
	}
	code, rest, _ := strings.Cut(reply.Error(), " ")
	if code != "ERR" {
		return slices.Contains(refusals[:], code)
	}
	return slices.ContainsFunc(errRefusals[:], func(s string) bool { return strings.HasPrefix(rest, s) })
}

// aborted reports whether err says that an EXEC carried nothing out: a watched key had changed, or a command could not
// be queued. No other reply to a transaction proves that: if the server refuses the MULTI alone, as it may while it
// loads, what follows is carried out without it.
func aborted(err error) bool { return Conflicted(err) || redis.IsExecAbortError(err) }

// Conflicted reports whether err says that a watched key had changed.
func Conflicted(err error) bool { return errors.Is(err, redis.TxFailedErr) }
