package io.github.palimpsest.storage;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Collection;
import java.util.HexFormat;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The file {@code SHA256SUMS} of a folder: a line {@code HASH NAME} with two spaces for each of its
 * records, as {@code sha256sum -c} reads it. A file that is about to be replaced has a line for the
 * old content and one for the new content, so a reader finds a matching line at any moment.
 */
public final class Sha256Sums {
  /** The file's name. */
  public static final String FILE = "SHA256SUMS";

  private static final Pattern LINE = Pattern.compile("([0-9a-f]{64})  ([A-Za-z0-9._-]+)");
  private static final int ATTEMPTS = 3;

  private final Path file;
  private final TreeMap<String, Set<String>> sums;

  private Sha256Sums(Path file, TreeMap<String, Set<String>> sums) {
    this.file = file;
    this.sums = sums;
  }

  /**
   * The sums of a folder.
   *
   * @return empty if it has none
   * @throws DamagedFileException if a line is not a checksum
   * @throws IOException if they cannot be read
   */
  public static Optional<Sha256Sums> of(Path folder) throws IOException {
    Path file = folder.resolve(FILE);
    String text;
    try {
      // any byte is a character of this set, so that damage is found by what the lines look like
      text = new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1);
    } catch (NoSuchFileException e) {
      return Optional.empty();
    }
    TreeMap<String, Set<String>> sums = new TreeMap<>();
    for (String line : text.split("\n")) {
      Matcher m = LINE.matcher(line);
      if (!m.matches() || !text.endsWith("\n")) {
        throw new DamagedFileException(file, "one of its lines is not a checksum");
      }
      sums.computeIfAbsent(m.group(2), n -> new TreeSet<>()).add(m.group(1));
    }
    return Optional.of(new Sha256Sums(file, sums));
  }

  /** The names that have a sum. */
  public Set<String> names() {
    return sums.keySet();
  }

  private boolean has(String name, byte[] content) {
    return sums.getOrDefault(name, Set.of()).contains(hex(content));
  }

  /**
   * Writes the sums of some files of a folder as they are now.
   *
   * @throws IOException if a file cannot be read or the sums cannot be written
   */
  public static void write(Path folder, Collection<String> names) throws IOException {
    TreeMap<String, Set<String>> sums = new TreeMap<>();
    for (String name : names) {
      sums.put(name, Set.of(hex(Files.readAllBytes(folder.resolve(name)))));
    }
    write(folder, sums);
  }

  /**
   * Announces that a file of a folder is about to be replaced; does nothing in a folder without
   * sums. After the replacement, {@link #write} removes the old content's line.
   */
  public static void announce(Path folder, String name, byte[] content) throws IOException {
    Optional<Sha256Sums> known = of(folder);
    if (known.isPresent()) {
      TreeMap<String, Set<String>> sums = new TreeMap<>(known.get().sums);
      TreeSet<String> both = new TreeSet<>(sums.getOrDefault(name, Set.of()));
      both.add(hex(content));
      sums.put(name, both);
      write(folder, sums);
    }
  }

  private static void write(Path folder, TreeMap<String, Set<String>> sums) throws IOException {
    StringBuilder text = new StringBuilder();
    sums.forEach(
        (name, all) -> all.forEach(sum -> text.append(sum).append("  ").append(name).append('\n')));
    Path part = NewFile.part(folder.resolve(FILE)); // two runs may write them at the same time
    try (FileChannel out =
        FileChannel.open(
            part,
            StandardOpenOption.CREATE,
            StandardOpenOption.TRUNCATE_EXISTING,
            StandardOpenOption.WRITE)) {
      ByteBuffer bytes = StandardCharsets.US_ASCII.encode(text.toString());
      while (bytes.hasRemaining()) {
        out.write(bytes);
      }
      out.force(true);
    }
    SafeMove.replace(part, folder.resolve(FILE));
  }

  /**
   * Reads a file and compares it with its sum if its folder has sums.
   *
   * @throws DamagedFileException if it differs, if only other files have a sum, or if it has a sum
   *     but is missing
   * @throws NoSuchFileException if the file does not exist and is not listed
   * @throws IOException if it cannot be read
   */
  public static byte[] read(Path file) throws IOException {
    Path folder = file.toAbsolutePath().getParent();
    String name = file.getFileName().toString();
    for (int attempt = 1; ; attempt++) {
      try {
        byte[] content = Files.readAllBytes(file);
        Optional<Sha256Sums> sums = of(folder);
        if (sums.isEmpty() || sums.get().has(name, content)) {
          return content;
        }
        if (attempt == ATTEMPTS) {
          throw new DamagedFileException(
              file,
              "its content is not the one of which '" + sums.get().file + "' has the SHA-256 of");
        }
      } catch (NoSuchFileException e) {
        Optional<Sha256Sums> sums = of(folder);
        if (sums.isEmpty() || !sums.get().names().contains(name)) {
          throw e;
        }
        if (attempt == ATTEMPTS) {
          throw new DamagedFileException(
              file, "it is missing, though '" + sums.get().file + "' has it");
        }
      }
    }
  }

  /** Whether a file's folder has a sum of it, whether the file exists or not. */
  public static boolean lists(Path file) throws IOException {
    return of(file.toAbsolutePath().getParent())
        .filter(s -> s.names().contains(file.getFileName().toString()))
        .isPresent();
  }

  /** The SHA-256 as hexadecimal text. */
  public static String hex(byte[] content) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(content));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }
}
