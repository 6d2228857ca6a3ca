import react from '@vitejs/plugin-react'
import { defineConfig } from 'vite'

export default defineConfig({
  plugins: [react()],
  build: {
    target: 'es2023',
    // The policy of the page allows files of this origin only: nothing is put inline.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    // Charts come when a screen draws one.
    chunkSizeWarningLimit: 900,
    reportCompressedSize: false,
  },
})
