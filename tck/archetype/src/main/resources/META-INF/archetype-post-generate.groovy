// Of the components of all kinds, keeps the one that was asked for, in the package itself.
def root = new File(request.outputDirectory, request.artifactId)
def sources = new File(root, 'src/main/java/' + request.properties['package'].replace('.', '/'))
new File(sources, request.properties['kind']).eachFile { it.renameTo(new File(sources, it.name)) }
sources.eachDir { it.deleteDir() }
