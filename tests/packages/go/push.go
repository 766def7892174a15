// Go by cgo and pkg-config: pushes one document of one client.
//
//	push CONNECTION_ID WORKSPACE_ID JOB_NAME
package main

// #cgo pkg-config: filed
// #include <filed.h>
// #include <stdlib.h>
import "C"

import (
	"fmt"
	"os"
	"unsafe"
)

func check(failure *C.filed_error) {
	if failure != nil {
		name := C.GoString(C.filed_error_name(failure))
		fmt.Fprintf(os.Stderr, "%s: %s\n", name, C.GoString(C.filed_error_message(failure)))
		C.filed_error_free(failure)
		os.Exit(1)
	}
}

func main() {
	var texts []*C.char
	text := func(value string) *C.char {
		texts = append(texts, C.CString(value))
		return texts[len(texts)-1]
	}
	defer func() {
		for _, each := range texts {
			C.free(unsafe.Pointer(each))
		}
	}()
	config := C.filed_config_from_env()
	defer C.filed_config_free(config)
	var client *C.filed_client
	check(C.filed_client_new(config, &client))
	defer C.filed_client_free(client)

	options := C.filed_push_options{size: C.sizeof_filed_push_options}
	options.connection_id = text(os.Args[1])
	options.workspace_id = text(os.Args[2])
	options.job_name = text(os.Args[3])
	var push *C.filed_push
	check(C.filed_push_open(client, &options, &push))
	defer C.filed_push_free(push)

	var amber C.uint64_t
	check(C.filed_push_add_client(push, text("Amber Lindqvist"), text("client-1"), &amber))
	file := C.filed_file{size: C.sizeof_filed_file}
	file.path = text("scans/Amber Lindqvist/w2.pdf")
	file.external_id = text("file-1")
	check(C.filed_push_add_file(push, amber, &file))
	check(C.filed_push_commit(push, 60000))
	var report *C.filed_report
	check(C.filed_push_wait(push, 60000, &report))
	defer C.filed_report_free(report)

	var counts C.filed_counts
	C.filed_report_files(report, &counts)
	fmt.Printf("%s: %d imported, %d failed\n", C.GoString(C.filed_version()), counts.imported, counts.failed)
	if counts.imported != 1 || counts.failed != 0 {
		os.Exit(1)
	}
}
