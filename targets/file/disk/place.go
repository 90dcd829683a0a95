package disk

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"runtime"
)

// errNotSetUp is what a client's opening gives that comes before the folder was made.
var errNotSetUp = errors.New("file: Open before Setup: set the store up first")

// Place is the folder of one store.
type Place struct {
	Dir string // empty before [Place.Make]
}

// Make makes the folder under a name that nobody else has.
func (p *Place) Make() (err error) {
	if p.Dir, err = os.MkdirTemp("", "stress-file-"); err != nil {
		return fmt.Errorf("file: %w; set TMPDIR to a folder that can be written", err)
	}
	return nil
}

// Remove drops the folder with all that is in it. It may be called before Make, and again.
func (p *Place) Remove() error {
	if p.Dir == "" {
		return nil
	}
	return os.RemoveAll(p.Dir)
}

// Path is the file in the folder with the name.
func (p *Place) Path(name string) string { return filepath.Join(p.Dir, name) }

// State is the document.
func (p *Place) State() string { return p.Path("state.json") }

// Lock is the file that those who change the document lock, or make.
func (p *Place) Lock() string { return p.Path("state.json.lock") }

// Version names the engine: it is the operating system.
func (p *Place) Version() string { return "files (" + runtime.GOOS + ", " + runtime.Version() + ")" }

// Client gives what one client has, with the seed of its chance.
func (p *Place) Client(id int, seed uint64) (*Client, error) {
	if p.Dir == "" {
		return nil, errNotSetUp
	}
	return &Client{Place: p, id: id, chance: rand.New(rand.NewPCG(seed, uint64(id)))}, nil
}

// Client is what one client has for itself, as a process would.
type Client struct {
	*Place
	id     int
	made   int64      // how many numbers it has made
	latest int        // the newest version of the document that it knows of
	chance *rand.Rand // for what the strategy leaves to chance
}

// Number makes a number that no other client of the store makes, nor this one again. It is not 0.
func (c *Client) Number() int64 {
	c.made++
	return int64(c.id)<<32 | c.made
}

// Close does nothing: no file is open between two operations.
func (c *Client) Close() error { return nil }
