package service

import (
	"cmp"
	"errors"
	"fmt"
	"maps"
	"net/url"
	"os"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/lostupdate/stress/service/spec"
	"github.com/lostupdate/stress/service/web"
	"github.com/lostupdate/stress/targets"
)

// patience is how long clients that send together wait for one that waits for an answer.
const patience = 20 * time.Millisecond

// plan is a test whose file was read, and of which nothing is wrong before the service is asked.
type plan struct {
	Spec
	service  *spec.Service
	entry    targets.Entry
	port     int           // of the URL, for what names ${port}; 0: there is no URL
	seed     uint64        // of the test
	together *web.Together // nil: as they come
}

// plan reads the file, and refuses what would do nothing.
func (s Spec) plan() (*plan, error) {
	if err := s.alone(); err != nil {
		return nil, err
	}
	p := &plan{Spec: s}
	var err error
	if p.service, err = spec.Read(s.File); err != nil {
		return nil, err
	}
	if err := p.at(); err != nil {
		return nil, err
	}
	entries, err := targets.Services(p.service)
	given := spec.Given{Start: s.Start != "", StartFlag: "service.Spec.Start", DelayFlag: "service.Spec.Delay", Delays: s.Delay}
	given.Running = s.URL != ""
	if err := errors.Join(err, p.service.Ignored(given)); err != nil {
		return nil, err
	}
	if err := p.choose(entries); err != nil {
		return nil, err
	}
	if err := errors.Join(p.delayed(), p.service.Complete()); err != nil {
		return nil, err
	}
	if s.Together {
		p.together = web.NewTogether(patience)
	}
	return p, nil
}

// alone says what is wrong with what the test says, whatever is in the file.
func (s Spec) alone() error {
	switch {
	case s.File == "":
		return errors.New("service.Spec.File: say which file describes the service; stress init http writes one to begin with")
	case s.URL != "" && s.Start != "":
		return errors.New("service.Spec.Start does nothing beside URL, where the service runs already: leave one of them out")
	}
	for _, name := range slices.Sorted(maps.Keys(s.Delay)) {
		if d := s.Delay[name]; d < 0 {
			return fmt.Errorf("service.Spec.Delay: %s: %v is no time to hold an answer for", name, d)
		}
	}
	return nil
}

// choose finds the strategy, which need not be named if it is the only one.
func (p *plan) choose(entries []targets.Entry) error {
	path := []string{"strategies"}
	var names []string
	for _, e := range entries {
		if names = append(names, e.Strategy); e.Strategy == p.Strategy || p.Strategy == "" && len(entries) == 1 {
			p.entry = e
		}
	}
	switch missing := p.entry.Missing(os.Getenv); {
	case p.entry.Strategy == "" && p.Strategy == "":
		return p.service.Fault(path, "say which with service.Spec.Strategy", "there are several: %s", strings.Join(names, ", "))
	case p.entry.Strategy == "":
		return p.service.Fault(path, spec.Nearest(p.Strategy, names), "service.Spec.Strategy: there is no strategy %q", p.Strategy)
	case missing != "":
		return p.service.Fault(append(path, p.entry.Strategy, "needs"), "set it, or skip the test without it",
			"the variable %s is not set", missing)
	}
	return nil
}

// at has the service asked where the test says.
func (p *plan) at() error {
	if p.URL == "" {
		return nil
	}
	if err := web.Usable(p.service, p.URL); err != nil {
		return fmt.Errorf("service.Spec.URL: %w", err)
	}
	if u, err := url.Parse(p.URL); err == nil {
		usual := map[string]string{"http": "80", "https": "443"}[u.Scheme]
		p.port, _ = strconv.Atoi(cmp.Or(u.Port(), usual)) // Usable has read it
	}
	p.service = p.service.At(p.URL, p.Delay)
	return nil
}

// delayed refuses to hold what comes from where nobody knows, and where the service would not hear of it.
func (p *plan) delayed() error {
	var errs []error
	started := p.Start != "" || p.service.Start != ""
	for _, name := range slices.Sorted(maps.Keys(p.service.Delayed(p.Delay))) {
		_, asked := p.Delay[name]
		dependency := p.service.Dependencies[name]
		switch {
		case asked && p.Delay[name] == 0 && dependency.Delay == "":
			errs = append(errs, fmt.Errorf("service.Spec.Delay: %s: 0 takes the file's delay away, and there is none", name))
		case asked && p.Delay[name] == 0:
		case asked && !started && dependency.Listen == "":
			errs = append(errs, fmt.Errorf("service.Spec.Delay: %s: the service must be started with the address of the proxy in it: "+
				"say start in %s, or under dependencies.%s.listen where the service finds the proxy", name, p.File, name))
		case p.service.Located(name), p.service.Needed(name) && !asked: // strategies that need it can't be run, and say so
		case asked:
			errs = append(errs, fmt.Errorf("service.Spec.Delay: %s: the service has no such variable: set %s to the address of what it "+
				"depends on", name, name))
		default:
			errs = append(errs, p.service.Fault([]string{"dependencies", name}, "set "+name+", or say its address",
				"nobody knows where it is, so that nothing would be held"))
		}
	}
	return errors.Join(errs...)
}
