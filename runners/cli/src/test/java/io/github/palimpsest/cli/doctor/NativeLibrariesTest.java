package io.github.palimpsest.cli.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.palimpsest.storage.NativeLibraries;
import org.junit.jupiter.api.Test;

class NativeLibrariesTest {
  private static final String LINKER =
      "/home/user/.djl.ai/libtokenizers.so: libstdc++.so.6: cannot open shared object file: No such file"
          + " or directory";

  @Test
  void a_library_that_the_system_lacks_is_named_with_its_package() {
    assertThat(NativeLibraries.reason(new UnsatisfiedLinkError(LINKER)))
        .hasValueSatisfying(
            reason ->
                assertThat(reason)
                    .startsWith("the system has no libstdc++.so.6,")
                    .contains("install libstdc++6 (Debian, Ubuntu)"));
  }

  @Test
  void the_cause_is_found_below_other_failures_to_load() {
    Throwable outer = new UnsatisfiedLinkError("no jnijavacpp in java.library.path");
    outer.initCause(
        new UnsatisfiedLinkError("/a/b.so: libfoo.so.2.1: cannot open shared object file"));
    assertThat(NativeLibraries.reason(new ExceptionInInitializerError(outer)))
        .hasValue(
            "the system has no libfoo.so.2.1, which a native library needs: install the package"
                + " that has it");
  }

  @Test
  void another_failure_to_load_keeps_its_message_and_other_failures_are_not_explained() {
    assertThat(NativeLibraries.reason(new UnsatisfiedLinkError("no x in java.library.path")))
        .hasValue("a native library cannot be loaded: no x in java.library.path");
    assertThat(NativeLibraries.reason(new OutOfMemoryError(LINKER))).isEmpty();
  }
}
