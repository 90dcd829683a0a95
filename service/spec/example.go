package spec

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/lostupdate/stress/service/words"
)

// Example writes a description of a service to begin with, for one of [Workloads]: every operation with what can be said
// of it, and comments. It is right as it stands, but for its addresses.
func Example(workload string) (string, error) {
	if workload == Custom {
		return exampleHead + exampleType + exampleService + exampleOwn + exampleTail, nil
	}
	w, ok := words.Of(workload)
	if !ok {
		return "", fmt.Errorf("a service can't be asked for %q; %s", workload, nearestHint(workload, Workloads()))
	}
	var b strings.Builder
	b.WriteString(exampleHead)
	fmt.Fprintf(&b, exampleWorkload, w.Name, constants(w), keys(w))
	b.WriteString(exampleService)
	fmt.Fprintf(&b, exampleSetup, values(w), w.Object, w.Object, w.Object, setupBody(w))
	for _, o := range w.Operations {
		exampleOperation(&b, w, o)
	}
	b.WriteString(exampleTail)
	return b.String(), nil
}

// schema is where the file's schema is published.
const schema = "https://raw.githubusercontent.com/lostupdate/stress/main/docs/http.schema.json"

// Workloads are those of which a service can be asked, with that of a data type of the file's own.
func Workloads() []string { return append(words.Names(), Custom) }

const exampleHead = "# yaml-language-server: $schema=" + schema + `
#
# How the service is asked. Check this file with    stress spec check FILE
# run it with                                       stress run --target http --spec FILE
stress: http/1
`

const exampleWorkload = `
# What is tested: its operations, and what must hold, are those of "stress list --workload %[1]s".
workload: %[1]s
keys: %[3]d # how many objects there are
%[2]s`

const exampleService = `
# The command that starts the service, in this file's folder; it is always ended. Without it, it must run already. Port is a
# free port, which the service finds in its variable PORT.
# start: node server.js
# health: GET /health
# url: http://127.0.0.1:${port}
url: http://127.0.0.1:3000

# Headers of every request. What is secret comes from the environment, and is never written down.
# headers:
#   authorization: Bearer ${env.TOKEN}
`

const exampleSetup = `
# What can be put in anywhere: ${run}, a name that no other run has; ${client}, the number of the client; ${keys}, ${port},
# ${strategy}, ${env.NAME}%[1]s; and what an operation is asked with. ${…} may also be an expression, such as ${%[2]s + 1}.
setup:
  - each: %[3]s # once for each object
    request: PUT /things/${run}-${%[4]s}
%[5]s    # expect: 409 # besides 2xx
    # keep: # what the service assigns by itself, where in its answer; ${id[%[3]s]} is that of one %[3]s
    #   id: $.id

# open: # of each client, on its own connection
#   - request: POST /login
#     keep:
#       token: $.token # for operations, and for headers above: Bearer ${token}

# teardown:
#   - request: DELETE /things?run=${run}
` + exampleAnswers

const exampleAnswers = `
# What an answer means: 2xx is OK. Anything else is of unknown outcome, and so is a connection that breaks, unless answers says
# otherwise: ok, failed (it surely did nothing), unknown, or a word of the operation.
operations:
`

const exampleTail = `
# Several ways in which the service does the same are named here; --strategy chooses one, ${strategy} names it.
# strategies:
#   read-modify-write:
#     shows: lost-update # what it is known for
#   atomic: {}
`

// keys is how many objects an example has. A run is over for the workers of a queue as soon as its jobs are.
func keys(w words.Workload) int {
	if len(w.Composed) > 0 {
		return 100
	}
	return 4
}

func constants(w words.Workload) string {
	known := map[string]string{
		"initial": "initial: 1000 # what each wallet holds at the start\n",
		"limit":   "limit: 5 # what each quota has to give\n",
		"doctors": "doctors: 2 # how many doctors a shift has, all on call at the start\n",
	}
	var b strings.Builder
	for _, name := range w.Constants {
		b.WriteString(known[name])
	}
	return b.String()
}

func setupBody(w words.Workload) string {
	var b strings.Builder
	for i, name := range w.Constants {
		if i == 0 {
			b.WriteString("    body:\n")
		}
		fmt.Fprintf(&b, "      %s: ${%s}\n", name, name)
	}
	return b.String()
}

func values(w words.Workload) string {
	var b strings.Builder
	for _, name := range w.Constants {
		fmt.Fprintf(&b, ", ${%s}", name)
	}
	return b.String()
}

func exampleOperation(b *strings.Builder, w words.Workload, o words.Operation) {
	needed := ""
	if !o.Required {
		needed = " (may be left out)"
	}
	if o.Within {
		needed = " (asked by a worker that gets no job)"
	}
	fmt.Fprintf(b, "  %s: # %s%s\n", o.Name, o.About, needed)
	method, rest := "POST", "/"+o.Name
	if o.ReadOnly && !o.ByClient {
		method = "GET"
	}
	if slices.ContainsFunc(o.Inputs, func(in words.Word) bool { return in.Name == w.Object }) {
		rest = "/${run}-${" + w.Object + "}" + rest
	} else {
		rest = "/${run}" + rest
	}
	fmt.Fprintf(b, "    request: %s /things%s\n", method, rest)
	exampleBody(b, w, o)
	if o.Again {
		b.WriteString("    # until: body.pending == 0 # it is asked again until this holds of the answer\n")
	}
	exampleOutput(b, o)
	for _, result := range slices.Sorted(maps.Keys(o.Results)) {
		status := 409
		if result == "none" {
			status = 404
		}
		fmt.Fprintf(b, "    answers:\n      %d: %s\n", status, result)
	}
}

// exampleOutput has what an answer may tell as comments, unless it must.
func exampleOutput(b *strings.Builder, o words.Operation) {
	off := "# "
	if slices.ContainsFunc(o.Outputs, func(out words.Word) bool { return out.Required }) {
		off = ""
	}
	for i, out := range o.Outputs {
		if i == 0 {
			fmt.Fprintf(b, "    %soutput:\n", off)
		}
		mark := off
		if !out.Required {
			mark = "# "
		}
		fmt.Fprintf(b, "    %s  %s: $.%s # %s\n", mark, out.Name, out.Name, out.About)
	}
}

func exampleBody(b *strings.Builder, w words.Workload, o words.Operation) {
	off := "# "
	if slices.ContainsFunc(o.Inputs, func(in words.Word) bool { return in.Name != w.Object && in.Type != words.Token }) {
		off = ""
	}
	begun := false
	for _, in := range o.Inputs {
		if in.Name == w.Object {
			continue
		}
		if !begun {
			fmt.Fprintf(b, "    %sbody:\n", off)
		}
		begun = true
		fmt.Fprintf(b, "    %s  %s: ${%s} # %s\n", off, in.Name, in.Name, in.About)
	}
}
