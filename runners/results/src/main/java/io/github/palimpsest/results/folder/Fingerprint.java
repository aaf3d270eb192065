package io.github.palimpsest.results.folder;

import io.github.palimpsest.api.PalimpsestException;
import io.github.palimpsest.storage.IoReason;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.SortedMap;
import java.util.stream.Stream;

/** SHA-256 of files, folders and named values, as hexadecimal text. */
public final class Fingerprint {
  private static final int BUFFER = 1 << 16;

  private Fingerprint() {}

  /** The hash of named values, in the order of the map. */
  public static String of(SortedMap<String, String> values) {
    MessageDigest digest = sha256();
    values.forEach(
        (name, value) -> {
          // lengths first, so that no two maps give the same bytes
          digest.update((name.length() + ":" + name + value.length() + ":").getBytes(UTF_8));
          digest.update(value.getBytes(UTF_8));
        });
    return HexFormat.of().formatHex(digest.digest());
  }

  private static final java.nio.charset.Charset UTF_8 = StandardCharsets.UTF_8;

  /**
   * The hash of a file, or of a folder's files with their names.
   *
   * @throws PalimpsestException if it cannot be read
   */
  public static String of(Path path) {
    MessageDigest digest = sha256();
    try {
      if (!Files.isDirectory(path)) {
        update(digest, path);
        return HexFormat.of().formatHex(digest.digest());
      }
      List<Path> files;
      try (Stream<Path> all = Files.walk(path)) {
        files = all.filter(Files::isRegularFile).sorted().toList();
      }
      for (Path file : files) {
        digest.update(path.relativize(file).toString().getBytes(UTF_8));
        digest.update(of(file).getBytes(UTF_8));
      }
      return HexFormat.of().formatHex(digest.digest());
    } catch (IOException e) {
      throw new PalimpsestException("'" + path + "' cannot be read: " + IoReason.of(e), e);
    }
  }

  private static void update(MessageDigest digest, Path file) throws IOException {
    byte[] buffer = new byte[BUFFER];
    try (InputStream in = Files.newInputStream(file)) {
      for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
        digest.update(buffer, 0, n);
      }
    }
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }
}
