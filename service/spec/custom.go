package spec

import (
	"cmp"
	"errors"
	"maps"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/lostupdate/stress/service/words"
)

// Custom is the workload of a data type that the file itself describes.
const Custom = "custom"

// own makes the words of the file's own data type.
func (c *compiler) own() words.Workload {
	f := c.service.File
	if c.service.Draws = map[string][]Draw{}; f.Type.Name == "" {
		base := filepath.Base(c.service.Path)
		c.service.Type.Name = strings.TrimSuffix(base, filepath.Ext(base))
	}
	object := cmp.Or(f.Type.Object, "key")
	w := words.Workload{
		Name: Custom, Object: object, Constants: slices.Sorted(maps.Keys(f.Type.Constants)), Single: true, Ordered: f.Type.Fresh,
	}
	if object != "key" {
		c.called(object, reserved(), "type", "object")
	}
	known := append(reserved(), object)
	for _, name := range w.Constants {
		c.called(name, known, "type", "constants", name)
	}
	known = append(known, w.Constants...)
	for _, name := range order(c.root, "operations") {
		o := f.Operations[name]
		if form := strings.ReplaceAll(name, "-", "_"); !wordForm.MatchString(form) || slices.Contains(keywords(), form) {
			c.add([]string{"operations", name}, "a name has letters, digits, - and _, and begins with a letter",
				"rules can't have the name %q", name)
		}
		word := words.Operation{
			Name: name, ReadOnly: o.ReadOnly, Whole: o.Whole, Results: map[string]map[string]any{"refused": {"refused": true}},
		}
		if !o.Whole {
			word.Inputs = append(word.Inputs, words.Word{Name: object, Type: words.Int})
		}
		for _, draw := range slices.Sorted(maps.Keys(o.Draw)) {
			c.called(draw, known, "operations", name, "draw", draw)
			c.draw(name, draw, o.Draw[draw])
			word.Inputs = append(word.Inputs, words.Word{Name: draw, Type: words.Int})
		}
		outputs := slices.Sorted(maps.Keys(o.Output))
		taken := slices.Concat(ofRules(), []string{object}, w.Constants, slices.Sorted(maps.Keys(o.Draw)))
		for _, out := range outputs {
			c.called(out, taken, "operations", name, "output", out)
			word.Outputs = append(word.Outputs, words.Word{Name: out})
		}
		word.Beside = map[string][]string{"refused": outputs}
		w.Operations = append(w.Operations, word)
	}
	return w
}

// Draw is a number that is drawn for each operation, Min to Max.
type Draw struct {
	Name     string
	Min, Max int64
}

var drawForm = regexp.MustCompile(`^\s*(-?\d+)\s*(?:\.\.\s*(-?\d+)\s*)?$`)

// draw reads "1..500", or "5", which is always that.
func (c *compiler) draw(operation, name, text string) {
	m := drawForm.FindStringSubmatch(text)
	path := []string{"operations", operation, "draw", name}
	if m == nil {
		c.add(path, "", "%q is no range such as 1..500", text)
		return
	}
	d := Draw{Name: name}
	var errs [2]error
	d.Min, errs[0] = strconv.ParseInt(m[1], 10, 64)
	if d.Max = d.Min; m[2] != "" {
		d.Max, errs[1] = strconv.ParseInt(m[2], 10, 64)
	}
	if errors.Join(errs[:]...) != nil || d.Max < d.Min {
		c.add(path, "", "%q must go from a number up to one that is not smaller, both of 64 bits", text)
	}
	c.service.Draws[operation] = append(c.service.Draws[operation], d)
}

// rules checks what must hold, as far as this room can.
func (c *compiler) rules() {
	seen := map[string]bool{}
	for i, r := range c.service.Invariants {
		path := []string{"invariants", strconv.Itoa(i + 1)}
		switch {
		case r.Name == "":
			c.add(path, "such as name: conservation", "a rule needs a name")
		case seen[r.Name]:
			c.add(append(path, "name"), "call it something else", "another rule has the name %q", r.Name)
		}
		seen[r.Name] = true
	}
	if c.service.Workload == Custom && len(c.service.Invariants) == 0 {
		c.add(nil, "say under invariants what must hold", "a data type of one's own needs invariants: nothing else would be checked")
	}
}
