//go:build unix && !linux

package daemon

import (
	"errors"
	"fmt"
	"os"
	"syscall"
)

// program is this program's file.
func program() (string, error) { return os.Executable() }

// adopt does nothing: orphans go to the system's first process, and with them what left the group.
func adopt() error { return nil }

// attributes of the service's main process: a group of its own.
func attributes() *syscall.SysProcAttr { return &syscall.SysProcAttr{Setpgid: true} }

// alone reports whether nothing is left of the group.
func alone(group int) bool { return errors.Is(syscall.Kill(-group, 0), syscall.ESRCH) }

// kin is the group, as kill wants it.
func kin(group int) []int { return []int{-group} }

// names names the group, for people.
func names(group int) []string { return []string{fmt.Sprintf("process group %d", group)} }
