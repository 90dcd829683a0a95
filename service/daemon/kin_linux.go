package daemon

import (
	"bytes"
	"fmt"
	"os"
	"strconv"
	"syscall"

	"golang.org/x/sys/unix"
)

// program is this program's file, also if another was put in its place or it was removed since.
func program() (string, error) { return "/proc/self/exe", nil }

// adopt has the keeper inherit what its descendants leave behind, so that nothing escapes by a double fork.
func adopt() error {
	if err := unix.Prctl(unix.PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0); err != nil {
		return fmt.Errorf("becoming the parent of orphans: %w", err)
	}
	return nil
}

// attributes of the service's main process: a group of its own, and an end with its keeper should that be killed.
func attributes() *syscall.SysProcAttr {
	return &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGKILL}
}

// alone is true: whoever inherits orphans and has no child has no descendant.
func alone(int) bool { return true }

// process is what the kernel says of one.
type process struct {
	pid, parent, group int
	name               string
}

// kin are the descendants of this process, as kill wants them: the group of the main process as one, which loses none that is
// forked meanwhile, and each that is elsewhere.
func kin(group int) []int {
	found, err := descendants()
	var targets []int
	grouped := err != nil // then the group is all that is known
	for _, p := range found {
		if p.group == group {
			grouped = true
		} else {
			targets = append(targets, p.pid)
		}
	}
	if grouped {
		targets = append(targets, -group)
	}
	return targets
}

// names are the descendants, for people.
func names(int) []string {
	found, err := descendants()
	if err != nil {
		return []string{err.Error()}
	}
	all := make([]string, len(found))
	for i, p := range found {
		all[i] = fmt.Sprintf("%d (%s)", p.pid, printable(p.name))
	}
	return all
}

// descendants walks from this process down.
func descendants() ([]process, error) {
	children := map[int][]process{}
	entries, err := os.ReadDir("/proc")
	if err != nil {
		return nil, err
	}
	for _, entry := range entries {
		pid, err := strconv.Atoi(entry.Name())
		if err != nil {
			continue
		}
		if p, ok := look(pid); ok {
			children[p.parent] = append(children[p.parent], p)
		}
	}
	found := children[os.Getpid()]
	for i := 0; i < len(found); i++ {
		found = append(found, children[found[i].pid]...)
	}
	return found, nil
}

// look reads a process's line: its ID, its name in parentheses, which may hold anything, its state, its parent, its group.
func look(pid int) (process, bool) {
	line, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	open, end := bytes.IndexByte(line, '('), bytes.LastIndexByte(line, ')')
	if err != nil || open < 0 || end < open {
		return process{}, false
	}
	p := process{pid: pid, name: string(line[open+1 : end])}
	var state string
	_, err = fmt.Sscan(string(line[end+1:]), &state, &p.parent, &p.group)
	return p, err == nil
}
