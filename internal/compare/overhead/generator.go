package main

import (
	"context"
	"fmt"
	"os/exec"
	"regexp"
	"strconv"
)

// generator is a program that sends one request again and again, on connections that it keeps.
type generator struct {
	name, pkg string // its package in Debian
	args      func(connections, seconds int, url string) []string

	rate, made, bad *regexp.Regexp // in its output: requests a second, requests in all, and what there must not be
}

// mostPerSecond is more than any server answers; ab holds room for so many.
const mostPerSecond = 200_000

// generators are ordered by how fast they are.
func generators() []generator {
	perSecond := regexp.MustCompile(`Requests/sec:\s+([\d.]+)`)
	return []generator{
		{
			name: "wrk", pkg: "wrk",
			args: func(connections, seconds int, url string) []string {
				return []string{"-t1", fmt.Sprintf("-c%d", connections), fmt.Sprintf("-d%ds", seconds), "-s", "post.lua", url}
			},
			rate: perSecond, made: regexp.MustCompile(`(\d+) requests in`),
			bad: regexp.MustCompile(`Non-2xx or 3xx responses: .*|Socket errors: .*`),
		},
		{
			name: "ab", pkg: "apache2-utils",
			args: func(connections, seconds int, url string) []string {
				return []string{
					"-q", "-k", "-c", strconv.Itoa(connections), "-t", strconv.Itoa(seconds),
					"-n", strconv.Itoa(seconds * mostPerSecond), "-p", "post.json", "-T", "application/json", url,
				}
			},
			rate: regexp.MustCompile(`Requests per second:\s+([\d.]+)`), made: regexp.MustCompile(`Complete requests:\s+(\d+)`),
			bad: regexp.MustCompile(`Failed requests:\s+[1-9].*|Non-2xx responses: .*`),
		},
		{
			name: "hey", pkg: "hey",
			args: func(connections, seconds int, url string) []string {
				return []string{
					"-c", strconv.Itoa(connections), "-z", fmt.Sprintf("%ds", seconds), "-m", "POST", "-D", "post.json",
					"-T", "application/json", url,
				}
			},
			rate: perSecond, made: regexp.MustCompile(`\[200\]\s+(\d+) responses`),
			bad: regexp.MustCompile(`\[[^2]\d\d\]\s+\d+ responses|Error distribution`),
		},
	}
}

// installed is an error that tells which package has a generator that is missing.
func installed() error {
	for _, g := range generators() {
		if _, err := exec.LookPath(g.name); err != nil {
			return fmt.Errorf("install the package %s: %w", g.pkg, err)
		}
	}
	return nil
}

// generate has a generator make requests.
func (b *bench) generate(ctx context.Context, g generator, connections int) (speed, error) {
	url := fmt.Sprintf("http://%s/registers/0", b.address())
	out, cpu, err := b.command(ctx, g.name, g.args(connections, int(b.lasts.Seconds()), url)...)
	if err != nil {
		return speed{}, err
	}
	return g.read(out, speed{cpu: cpu})
}

// read takes the speed from what a generator has written.
func (g generator) read(out []byte, s speed) (speed, error) {
	if bad := g.bad.Find(out); bad != nil {
		return speed{}, fmt.Errorf("%s: %s", g.name, bad)
	}
	rate, made := g.rate.FindSubmatch(out), g.made.FindSubmatch(out)
	if rate == nil || made == nil {
		return speed{}, fmt.Errorf("%s tells no rate: %s", g.name, out)
	}
	s.requests, _ = strconv.ParseFloat(string(rate[1]), 64)
	s.made, _ = strconv.ParseFloat(string(made[1]), 64)
	return s, nil
}
