package harness

import (
	"fmt"
	"hash/fnv"
	"path/filepath"
	"regexp"
	"sync"
)

// place is where the files of a [Test] go.
type place struct {
	name      string // of the test, as a file
	cases     string // folder of runs that failed; "" for none
	artifacts string // folder of artefacts; "" for none
	number    int    // of the call, where a test makes several
}

func (p *place) artifact(name, extension string) string {
	return filepath.Join(p.artifacts, name+p.suffix()+extension)
}

// suffix tells the files of several calls in one test apart.
func (p *place) suffix() string {
	if p.number > 1 {
		return fmt.Sprintf("-%d", p.number)
	}
	return ""
}

// calls counts the calls of Test in each test that is running.
type calls struct {
	mu sync.Mutex
	of map[string]int
}

var running = &calls{of: map[string]int{}} //nolint:gochecknoglobals // tests share nothing else

// next is the number of a call, from 1. Where a test does not tell when it ends, all are the first.
func (c *calls) next(tb TB) int {
	ending, ok := tb.(interface{ Cleanup(f func()) })
	if !ok {
		return 1
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	name := tb.Name()
	if c.of[name]++; c.of[name] == 1 {
		ending.Cleanup(func() {
			c.mu.Lock()
			defer c.mu.Unlock()
			delete(c.of, name)
		})
	}
	return c.of[name]
}

// placeOf gives the places of a test. A benchmark, which calls Test in a loop, has none.
func placeOf(tb TB, c *config) place {
	if isBenchmark(tb) {
		return place{name: fileName(tb.Name())}
	}
	p := place{number: running.next(tb), artifacts: c.artifacts}
	p.name = fileName(tb.Name()) + p.suffix()
	if c.cases != "" && c.cases != noCases {
		p.cases = filepath.Join(filepath.FromSlash(c.cases), p.name)
	}
	return p
}

func isBenchmark(tb TB) bool {
	_, is := tb.(interface{ ReportMetric(n float64, unit string) })
	return is
}

var odd = regexp.MustCompile(`[^\pL\pN_=,@+-]+`)

// fileName is a test's name as one that every file system can have. Where it had to be changed, a hash tells it from others
// that come to the same.
func fileName(test string) string {
	name := odd.ReplaceAllString(test, "_")
	if name == test {
		return name
	}
	h := fnv.New32a()
	_, _ = h.Write([]byte(test))
	return fmt.Sprintf("%s-%06x", name, h.Sum32()&0xffffff)
}
