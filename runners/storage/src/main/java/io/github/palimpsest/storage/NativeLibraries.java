package io.github.palimpsest.storage;

import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Failures to load the native libraries inside JARs, in words that say what to install. */
public final class NativeLibraries {
  /** The dynamic linker's complaint about a library of the system that is not there. */
  private static final Pattern MISSING =
      Pattern.compile("(lib[^\\s:/]+\\.so[.0-9]*): cannot open shared object file");

  private static final String CPP = "libstdc++.so.6";

  private NativeLibraries() {}

  /**
   * Why a native library could not be loaded; empty if that is not the cause of a failure.
   *
   * @param failure an error, or what wraps it
   */
  public static Optional<String> reason(Throwable failure) {
    List<String> messages =
        Stream.iterate(failure, Objects::nonNull, Throwable::getCause)
            .filter(UnsatisfiedLinkError.class::isInstance)
            .map(e -> String.valueOf(e.getMessage()))
            .toList();
    return messages.stream()
        .map(MISSING::matcher)
        .filter(Matcher::find)
        .findFirst()
        .map(m -> without(m.group(1)))
        .or(
            () ->
                messages.stream()
                    .findFirst()
                    .map(first -> "a native library cannot be loaded: " + first));
  }

  private static String without(String library) {
    return "the system has no "
        + library
        + ", which a native library needs: install "
        + (library.equals(CPP)
            ? "libstdc++6 (Debian, Ubuntu) or libstdc++ (Fedora)"
            : "the package that has it");
  }
}
