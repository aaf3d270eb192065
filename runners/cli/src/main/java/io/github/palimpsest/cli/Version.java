package io.github.palimpsest.cli;

import picocli.CommandLine.IVersionProvider;

/** The version in the manifest of this JAR. */
final class Version implements IVersionProvider {
  static String current() {
    String version = Main.class.getPackage().getImplementationVersion();
    return version == null ? "development" : version;
  }

  @Override
  public String[] getVersion() {
    return new String[] {"palimpsest " + current()};
  }
}
