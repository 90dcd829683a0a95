//go:build unix

package web

import (
	"net"
	"syscall"
)

// watch gives what reports whether a connection is open and silent, as one between two requests should be, without waiting.
func watch(conn net.Conn) func() bool {
	if h, ok := conn.(*held); ok {
		conn = h.Conn
	}
	c, ok := conn.(syscall.Conn)
	if !ok {
		return nil
	}
	raw, err := c.SyscallConn()
	if err != nil {
		return nil
	}
	var silent bool
	var one [1]byte
	look := func(fd uintptr) bool {
		_, err := syscall.Read(int(fd), one[:])
		silent = err == syscall.EAGAIN || err == syscall.EINTR //nolint:errorlint // the system's own number
		return true
	}
	return func() bool { return raw.Read(look) == nil && silent }
}
