package main

import (
	"fmt"
	"slices"

	"github.com/lostupdate/stress/internal/contest"
	"github.com/lostupdate/stress/internal/loads"
)

// curve is how a monitor grows.
type curve struct {
	name   string
	points []point
}

// sizes are the lengths of the histories. Where even the least is too much, two smaller ones take their place.
func (r *report) sizes() []int {
	all := []int{10_000, 100_000, 1_000_000, 10_000_000}
	switch {
	case r.most == 0:
		return all
	case r.most < all[0]:
		return []int{max(1, r.most/10), r.most}
	}
	return slices.DeleteFunc(all, func(n int) bool { return n > r.most })
}

// growth measures every monitor at every size, and draws the plots.
func growth(r *report) (string, error) {
	var curves []curve
	for _, s := range loads.Subjects() {
		c := curve{name: s.Name}
		for _, n := range r.sizes() {
			p, err := r.weigh(s, n, 100)
			if err != nil {
				return "", err
			}
			c.points = append(c.points, p)
		}
		curves = append(curves, c)
	}
	for _, p := range pictures() {
		if err := p.save(r.out, r.format, curves); err != nil {
			return "", err
		}
	}
	return r.note() + growthTable(curves), nil
}

func growthTable(curves []curve) string {
	head := []string{"history"}
	for _, p := range curves[0].points {
		head = append(head, contest.Thousands(p.ops))
	}
	var lines [][]string
	for _, c := range curves {
		line := []string{c.name}
		for _, p := range c.points {
			line = append(line, fmt.Sprintf("%s ns, %s B, %s ×", digits(p.nanos, 3), digits(p.bytes, 2), digits(p.sorts, 2)))
		}
		lines = append(lines, line)
	}
	return table(head, lines)
}
