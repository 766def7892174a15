# Compares what rustc says a program that links libfiled.a needs with what is written down.

get_filename_component(TARGET_DIR "${LIBRARY_DIR}" DIRECTORY)
execute_process(
    COMMAND cargo rustc --package filed-ffi --lib --crate-type staticlib --target-dir ${TARGET_DIR}
            -- --print native-static-libs
    WORKING_DIRECTORY ${ROOT} RESULT_VARIABLE failed ERROR_VARIABLE said)
if(failed)
    message(FATAL_ERROR "${said}")
endif()
string(REGEX MATCH "native-static-libs: ([^\n]*)" found "${said}")
string(REPLACE " " ";" libs "${CMAKE_MATCH_1}")
list(REMOVE_DUPLICATES libs)
if(NOT "${libs}" STREQUAL "${EXPECTED}")
    message(FATAL_ERROR "rustc says ${libs}, ffi-c/packaging/native-libs.txt says ${EXPECTED}")
endif()
