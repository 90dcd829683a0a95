package file

import (
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"runtime"
)

// place is the folder of one store.
type place struct{ dir string }

// prepare makes the folder under a name that nobody else has.
func (p *place) prepare() error {
	dir, err := os.MkdirTemp("", "stress-file-")
	if err != nil {
		return fmt.Errorf("file: %w; set TMPDIR to a folder that can be written", err)
	}
	p.dir = dir
	return nil
}

// remove drops the folder with all that is in it. It may be called before prepare, and again.
func (p *place) remove() error {
	if p.dir == "" {
		return nil
	}
	return os.RemoveAll(p.dir)
}

// state is the document.
func (p *place) state() string { return filepath.Join(p.dir, "state.json") }

// lock is the file that those who change the document lock, or make.
func (p *place) lock() string { return filepath.Join(p.dir, "state.json.lock") }

// client is what one client has for itself, as a process would.
type client struct {
	*place
	id     int
	made   int64      // how many names and results it has made
	latest int        // the newest version of the document that it knows of
	chance *rand.Rand // for what the strategy leaves to chance
}

func newClient(p *place, id int, seed uint64) *client {
	return &client{place: p, id: id, chance: rand.New(rand.NewPCG(seed, uint64(id)))}
}

// next numbers what the client makes, as no other client of the store does.
func (c *client) next() int64 {
	c.made++
	return int64(c.id)<<32 | c.made
}

// temporary is a name for a file that becomes something else when it is whole.
func (c *client) temporary() string { return filepath.Join(c.dir, fmt.Sprintf("%d.tmp", c.next())) }

func version() string { return "files (" + runtime.GOOS + ", " + runtime.Version() + ")" }
