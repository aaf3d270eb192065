package io.github.palimpsest.storage;

import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The system on which a process runs.
 *
 * @param name the name of the host, for people
 * @param system equal for two processes only if each can see by its number whether the other one is
 *     alive: the same boot of the same machine and, on Linux, the same namespace of process numbers
 */
public record Host(String name, String system) {
  private static final Path NAME = Path.of("/proc/sys/kernel/hostname");
  private static final Path BOOT = Path.of("/proc/sys/kernel/random/boot_id");
  private static final Path NUMBERS = Path.of("/proc/self/ns/pid");
  private static final Host CURRENT = find();

  /** The system of this process. */
  public static Host current() {
    return CURRENT;
  }

  private static Host find() {
    try {
      return new Host(
          Files.readString(NAME).strip(),
          Files.readString(BOOT).strip() + " " + Files.readSymbolicLink(NUMBERS));
    } catch (IOException | UnsupportedOperationException e) {
      String name = named();
      return new Host(name, name);
    }
  }

  private static String named() {
    try {
      return InetAddress.getLocalHost().getHostName();
    } catch (UnknownHostException e) {
      return "unknown";
    }
  }
}
