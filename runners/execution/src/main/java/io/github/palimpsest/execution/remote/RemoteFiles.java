package io.github.palimpsest.execution.remote;

import java.io.IOException;
import java.nio.file.Path;
import java.util.SortedSet;

/**
 * The files of a remote folder, by their paths from it, with {@code /} between names. A file
 * appears complete or not at all; a folder exists while it has files. Can be used by several
 * threads.
 */
public interface RemoteFiles extends AutoCloseable {
  /** The address of the folder, for people. */
  String address();

  /** All files in a folder and below it; empty if it does not exist. */
  SortedSet<String> files(String folder) throws IOException;

  /** Whether a file exists. */
  boolean exists(String file) throws IOException;

  /**
   * Copies a file to this machine.
   *
   * @throws java.nio.file.NoSuchFileException if it does not exist
   */
  void get(String file, Path to) throws IOException;

  /** Copies a file of this machine, and replaces the one that is there. */
  void put(Path from, String file) throws IOException;

  /** Removes a file, or a folder with all below it; one that does not exist is no failure. */
  void delete(String path) throws IOException;

  @Override
  void close();
}
