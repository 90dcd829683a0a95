// Command shoot takes a picture of a report's page:
//
//	go run ./shoot [-dark] [-print] [-whole] [-size 1440x900] [-do JAVASCRIPT] report.html picture.png
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"

	"github.com/lostupdate/stress/internal/browser"
)

func main() {
	if err := shoot(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func shoot() error {
	var v browser.View
	dark := flag.Bool("dark", false, "as for who prefers dark")
	flag.BoolVar(&v.Print, "print", false, "as on paper")
	whole := flag.Bool("whole", false, "the whole page")
	size := flag.String("size", "1440x900", "of the window")
	do := flag.String("do", "", "what to run in the page before")
	flag.Float64Var(&v.Scale, "scale", 1, "device pixels a pixel")
	flag.Parse()
	if flag.NArg() != 2 {
		return errors.New("shoot takes a page and a picture's name")
	}
	if _, err := fmt.Sscanf(*size, "%dx%d", &v.Width, &v.Height); err != nil {
		return fmt.Errorf("-size %s: %w", *size, err)
	}
	v.Dark = *dark
	b, stop := browser.Start(context.Background())
	defer stop()
	p, done, err := browser.Open(b, flag.Arg(0), "", v)
	if err != nil {
		return err
	}
	defer done()
	if *do != "" {
		result, err := browser.Eval[any](p, "Promise.resolve("+*do+").then((v) => v ?? '')")
		if err != nil {
			return err
		}
		fmt.Printf("%v\n", result)
	}
	if err := errors.Join(p.Frames(), p.Frames(), p.Shot(flag.Arg(1), *whole)); err != nil {
		return err
	}
	for _, t := range p.Troubles() {
		fmt.Fprintln(os.Stderr, t)
	}
	return nil
}
