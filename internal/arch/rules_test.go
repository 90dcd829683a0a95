package arch

import (
	"fmt"
	"path"
	"slices"
	"strings"
)

const (
	module  = "github.com/lostupdate/stress"
	command = "cmd/stress"
)

// room is a folder of the module, with the folders below it that have no row of their own.
type room struct {
	// name is the folder; a * stands for any one name, and each such folder is a room for itself.
	name string
	// may lists the rooms that it imports. A room may always import itself, and what is not this module's.
	may []string
	// alone says that it imports nothing but the standard library and what may lists.
	alone bool
}

// rooms is the table of docs/architecture.md, from the ground up.
var rooms = []room{
	{name: "history", alone: true},
	{name: "history/file", may: []string{"history"}},
	{name: "history/edn", alone: true},
	{name: "history/jepsen", may: []string{"history", "history/edn", "history/file"}},
	{name: "checkers", may: []string{"history", "internal/*"}},
	{name: "report", may: []string{"checkers", "history", "internal/*"}},
	{name: "report/gate", may: []string{"report", "checkers", "history", "internal/*"}},
	// One package a format.
	{name: "report/*", may: []string{"report", "internal/*"}},
	{name: "report/look", may: []string{"checkers"}},
	{name: "report/page", may: []string{"report", "checkers", "history", "internal/*"}},
	{name: "report/diff", may: []string{"report", "report/look", "checkers", "history", "internal/*"}},
	{name: "report/serve", may: []string{
		"report", "report/look", "report/page", "report/diff", "checkers", "history", "history/file", "internal/*",
	}},
	{name: "harness", may: []string{"report", "report/page", "checkers", "history", "history/file", "internal/*"}},
	// What others see of a run while it goes on. The harness knows none of their libraries.
	{name: "live/*", may: []string{"harness", "report", "history"}},
	// What stands between a user's service and what it depends on: it knows bytes, and nothing of histories.
	{name: "service/proxy"},
	{name: "steps/*", may: []string{"steps/internal", "harness", "internal/*"}},
	{name: "steps/internal", may: []string{"workloads", "harness", "checkers", "history", "internal/*"}},
	{name: "workloads", may: []string{"harness", "checkers", "history", "internal/*"}},
	{name: "workloads/foreign", may: []string{
		"workloads", "harness", "checkers", "history", "history/jepsen", "internal/*",
	}},
	{name: "targets/strategy", may: []string{"harness"}},
	{name: "targets/cells", may: []string{
		"targets/strategy", "workloads", "harness", "checkers", "history", "internal/*",
	}},
	{name: "targets/keys", may: []string{
		"targets/strategy", "workloads", "harness", "checkers", "history", "internal/*",
	}},
	{name: "targets/locks", may: []string{
		"targets/strategy", "workloads", "harness", "checkers", "history", "internal/*",
	}},
	// An engine's folder has a package for its connections, and one for each store.
	{name: "targets/*", may: []string{
		"targets/cells", "targets/keys", "targets/locks", "targets/strategy", "workloads", "harness", "checkers", "history",
		"internal/*",
	}},
	// Two engines, one beside the other.
	{name: "targets/aside", may: []string{
		"targets/*", "targets/strategy", "workloads", "harness", "checkers", "history", "internal/*",
	}},
	// The catalogue alone knows the types of an entry, so it is what records, reads back and reports a run of it.
	{name: "targets", may: []string{
		"targets/aside", "targets/*", "targets/cells", "targets/keys", "targets/locks", "targets/strategy", "workloads",
		"workloads/foreign", "service/bridge", "service/served", "service/spec", "service/stdio", "service/web", "service/words",
		"report", "harness", "checkers", "history", "history/file", "history/jepsen", "internal/*",
	}},
	// A user's server, for as long as a run goes on. It knows nothing of runs.
	{name: "service/daemon"},
	// How users' services are asked. None of them knows a workload but by its words.
	{name: "service/words", alone: true},
	{name: "service/bridge", alone: true},
	{name: "service/spec", may: []string{"service/words", "history", "internal/*"}},
	{name: "service/web", may: []string{"service/bridge", "service/spec", "service/words", "harness", "history", "internal/*"}},
	{name: "service/host", may: []string{"service/daemon", "service/proxy", "service/spec", "service/web"}},
	{name: "service/stdio", may: []string{"service/bridge", "service/daemon", "service/words", "harness", "internal/*"}},
	// How users' tests ask them. Nobody may import it.
	{name: "service", may: []string{
		"targets", "service/daemon", "service/host", "service/spec", "service/web", "harness",
	}},
	{name: "service/served", may: []string{"service/words", "workloads", "harness", "checkers", "history"}},
	{name: command, may: []string{
		"targets", "targets/*", "targets/cells", "live/*", "workloads", "report/*", "report/page", "report/diff", "report/gate",
		"report/serve", "report", "harness", "checkers", "history", "history/file", "history/jepsen", "service/daemon",
		"service/host", "service/spec", "service/stdio", "service/web", "service/words", "internal/*",
	}},
	{name: "internal/*"},
	// It writes the page of the catalogue.
	{name: writer, may: []string{"targets", "report", "checkers"}},
	// What measures and tests the checkers; only tests and the command in internal/compare, a module of its own, use them.
	{name: "internal/loads", may: []string{"history", "checkers"}},
	{name: "internal/peer", may: []string{"history"}},
	{name: "internal/contest", may: []string{"checkers", "history", "internal/*", "internal/loads", "internal/peer"}},
	{name: "."},
}

// reserved are packages from elsewhere that only the command may import: what reads flags belongs at the very top.
var reserved = []string{"flag", "github.com/spf13/cobra", "github.com/spf13/pflag"}

// excepted may import what is reserved: the flags of a user's test binary are harness.Test's, and it has no other top.
var excepted = map[string][]string{"harness": {"flag"}}

// unlinked are packages from elsewhere that may not be part of the command: only measurements and tests use them.
var unlinked = []string{"github.com/anishathalye/porcupine", "github.com/santhosh-tekuri/jsonschema/v6"}

// pkg is what the rules need to know of a package, without its tests.
type pkg struct {
	// path is the import path; for a package of this module the folder in it, "." for the module's root.
	path string
	// ours says that it belongs to this module.
	ours bool
	// standard says that it belongs to the standard library.
	standard bool
	// imports are written like path.
	imports []string
	// exits are the places where it ends the process, as file:line and what is called there.
	exits []string
	// linked says that it is part of the command.
	linked bool
}

// violations gives a sentence for each import and call that breaks a rule, and for each folder that has no row.
func violations(packages []pkg) []string {
	known := make(map[string]pkg, len(packages))
	for _, p := range packages {
		known[p.path] = p
	}
	var found []string
	for _, p := range packages {
		if p.linked {
			found = append(found, testingIn(p)...)
			found = append(found, unlinkedIn(p)...)
		}
		if p.ours {
			found = append(found, wrongArrows(p, known)...)
			found = append(found, wrongExits(p)...)
		}
	}
	return found
}

// testingIn looks for the package testing in what is linked into the command, ours or not: it would bring its flags
// along.
func testingIn(p pkg) []string {
	if p.path == "testing" || strings.HasPrefix(p.path, "testing/") || !slices.Contains(p.imports, "testing") {
		return nil
	}
	return []string{fmt.Sprintf("%s imports testing and is linked into %s: declare the few methods that it needs as an"+
		" interface, as harness.TB does, or move it to where only tests import it", p.path, command)}
}

// unlinkedIn looks for what only measurements and tests may use.
func unlinkedIn(p pkg) []string {
	var found []string
	for _, imported := range p.imports {
		if slices.Contains(unlinked, imported) {
			found = append(found, fmt.Sprintf("%s imports %s and is linked into %s: only measurements and tests may use that",
				p.path, imported, command))
		}
	}
	return found
}

// wrongArrows looks at the imports of a package of ours.
func wrongArrows(p pkg, known map[string]pkg) []string {
	row, own, ok := roomOf(p.path)
	if !ok {
		return []string{fmt.Sprintf("%s has no row in the table of rooms: add one to internal/arch/rules_test.go that says"+
			" what it may import, and say in docs/architecture.md what it is for", p.path)}
	}
	var found []string
	for _, imported := range p.imports {
		to := known[imported]
		switch {
		case to.ours && !row.allows(own, imported):
			found = append(found, fmt.Sprintf("%s -> %s is a wrong arrow: %s may import of this module %s. Move what it needs"+
				" down into one of those, or let its caller hand it in as a function or an interface",
				p.path, imported, own, list(row.may)))
		case row.alone && !to.ours && !to.standard:
			found = append(found, fmt.Sprintf("%s -> %s is a wrong arrow: %s imports nothing but the standard library, so"+
				" that everybody can import it. Move what needs the library into a package above", p.path, imported, own))
		case own != command && slices.Contains(reserved, imported) && !slices.Contains(excepted[own], imported):
			found = append(found, fmt.Sprintf("%s -> %s is a wrong arrow: only %s reads flags. Take what is wanted as an"+
				" argument or an option", p.path, imported, command))
		}
	}
	return found
}

// writer is the command that writes the page of the catalogue.
const writer = "internal/catalogue"

// keeping is the file that ends a test binary which was started to keep a service: it does so before anything else begins.
const keeping = "service/keep.go"

// wrongExits lets only commands end the process: anything else would take the clean-up from its caller.
func wrongExits(p pkg) (found []string) {
	if p.path == command || p.path == writer {
		return nil
	}
	for _, exit := range p.exits {
		if !strings.HasPrefix(exit, keeping+":") {
			found = append(found, fmt.Sprintf("%s ends the process: only %s may. Return an error", exit, command))
		}
	}
	return found
}

// roomOf finds the row for a folder, the longest that fits, and the folder that is the room.
func roomOf(folder string) (row room, own string, ok bool) {
	for own = folder; ; own = path.Dir(own) {
		for _, r := range rooms {
			// A name without a star goes before one with it: targets/cells has its own row beside targets/*.
			if r.name == own {
				return r, own, true
			}
		}
		for _, r := range rooms {
			if fits, err := path.Match(r.name, own); err == nil && fits {
				return r, own, true
			}
		}
		// The root's row is for the root alone, or no folder would ever lack one.
		if path.Dir(own) == "." {
			return room{}, "", false
		}
	}
}

// allows says whether the room own, which has the row r, may import a folder of this module.
func (r room) allows(own, folder string) bool {
	row, to, ok := roomOf(folder)
	return ok && (to == own || slices.Contains(r.may, row.name))
}

func list(names []string) string {
	if len(names) == 0 {
		return "nothing"
	}
	return "only " + strings.Join(names, ", ")
}
